import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerOptions } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from './client.ts';
import { ExecIssuer, readExecPlugin } from './exec-plugin.ts';
import { KubeConfigError } from './access.ts';
import { kubeconfigAccess } from './kubeconfig.ts';
import { writeKubeconfig } from './testing/kubeconfig-file.ts';
import { makeClient, read } from './testing/read-body.ts';
import { type Answer, json, recorded, ScriptedApi } from './testing/scripted-api.ts';
import { makeTestCertificates, type TestCertificates } from './testing/test-certificates.ts';
import { transcript } from './testing/transcripts.ts';

const V1 = 'client.authentication.k8s.io/v1';
const V1BETA1 = 'client.authentication.k8s.io/v1beta1';

let directory = '';
let certificates: TestCertificates;
const closers: (() => unknown)[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'exec-plugin-'));
  certificates = makeTestCertificates(directory);
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
  rmSync(join(directory, 'runs'), { force: true });
});

afterAll(() => rmSync(directory, { recursive: true }));

/** Makes the program `./plugin` beside the kubeconfig file: this shell text, after a note of how it was run. */
function program(text: string): void {
  const note = `printf '%s|%s|%s\\n' "$*" "$STAGE" "$KUBERNETES_EXEC_INFO" >> '${join(directory, 'runs')}'`;
  writeFileSync(join(directory, 'plugin'), `#!/bin/sh\n${note}\n${text}\n`);
  chmodSync(join(directory, 'plugin'), 0o755);
}

/** A program that prints these credentials. */
function prints(status: object, apiVersion: string = V1): void {
  writeFileSync(join(directory, 'printed'), JSON.stringify({ kind: 'ExecCredential', apiVersion, status }));
  program(`cat '${join(directory, 'printed')}'`);
}

/** How the program was run: words, environment and what it was told, for each time. */
function runs(): { words: string; stage: string; info: unknown }[] {
  const file = join(directory, 'runs');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => {
      const [words = '', stage = '', info = ''] = line.split('|');
      return { words, stage, info: JSON.parse(info) };
    });
}

const EXEC = { apiVersion: V1, command: './plugin', interactiveMode: 'Never' };

async function make(
  answers: readonly Answer[],
  {
    exec = {},
    cluster = {},
    tls,
    user = {},
  }: { exec?: object; cluster?: object; user?: object; tls?: ServerOptions } = {},
): Promise<{ api: ScriptedApi; client: ApiClient }> {
  const api = await ScriptedApi.start(answers, tls === undefined ? {} : { tls });
  const path = writeKubeconfig(directory, { server: api.url, ...cluster }, { exec: { ...EXEC, ...exec }, ...user });
  const client = makeClient(kubeconfigAccess(path));
  closers.push(() => client.close());
  closers.push(() => api.close());
  return { api, client };
}

function tokens(api: ScriptedApi): (string | undefined)[] {
  return api.requests.map((one) => one.headers.authorization);
}

const unauthorized = recorded(transcript('unauthorized'));
const inAnHour = (): string => new Date(Date.now() + 3_600_000).toISOString();

describe('a kubeconfig with an exec plugin', () => {
  it.each([V1, V1BETA1])('runs it once for a token that lasts (%s)', async (apiVersion) => {
    prints({ token: 'one', expirationTimestamp: inAnHour() }, apiVersion);
    const { api, client } = await make([json(1), json(2), json(3)], { exec: { apiVersion } });
    expect(await Promise.all([read(client), read(client)])).toHaveLength(2);
    await read(client);
    expect(tokens(api)).toEqual(['Bearer one', 'Bearer one', 'Bearer one']);
    expect(runs()).toEqual([
      { words: '', stage: '', info: { kind: 'ExecCredential', apiVersion, spec: { interactive: false } } },
    ]);
  });

  it('runs it with its words and environment, and tells it of the cluster when it wants to know', async () => {
    prints({ token: 'one' });
    const authority = readFileSync(certificates.ca);
    const { client, api } = await make([json(1)], {
      exec: { args: ['get', 'token'], env: [{ name: 'STAGE', value: 'test' }], provideClusterInfo: true },
      cluster: {
        'certificate-authority': 'ca.crt',
        'tls-server-name': 'api.test',
        extensions: [{ name: 'client.authentication.k8s.io/exec', extension: { audience: 'a' } }],
      },
    });
    await read(client);
    const [{ words, stage, info } = { words: '', stage: '', info: {} }] = runs();
    expect([words, stage]).toEqual(['get token', 'test']);
    expect(info).toEqual({
      kind: 'ExecCredential',
      apiVersion: V1,
      spec: {
        interactive: false,
        cluster: {
          server: api.url,
          'tls-server-name': 'api.test',
          'certificate-authority-data': authority.toString('base64'),
          config: { audience: 'a' },
        },
      },
    });
  });

  it('runs it again when the token has expired', async () => {
    prints({ token: 'one', expirationTimestamp: '2020-01-01T00:00:00Z' });
    const { api, client } = await make([json(1), json(2)]);
    await read(client);
    prints({ token: 'two', expirationTimestamp: inAnHour() });
    await read(client);
    expect(tokens(api)).toEqual(['Bearer one', 'Bearer two']);
  });

  it('runs it again after 401, once for all requests that were refused', async () => {
    prints({ token: 'one', expirationTimestamp: inAnHour() });
    const rotated: Answer = (response, request) => {
      prints({ token: 'two', expirationTimestamp: inAnHour() });
      unauthorized(response, request);
    };
    const { api, client } = await make([rotated, unauthorized, json(1), json(2)]);
    await Promise.all([read(client), read(client)]);
    expect(api.requests).toHaveLength(4);
    expect(new Set(tokens(api))).toEqual(new Set(['Bearer one', 'Bearer two']));
    expect(runs()).toHaveLength(2);
  });

  it('gives up on 401 when it has nothing else to show', async () => {
    prints({ token: 'one' });
    const { client } = await make([unauthorized]);
    await expect(read(client)).rejects.toMatchObject({ status: 401 });
    expect(runs()).toHaveLength(2);
  });

  it('shows its client certificate, and the next one', async () => {
    const shown: string[] = [];
    const note: Answer = (response) => {
      if (response.socket instanceof TLSSocket) shown.push(String(response.socket.getPeerCertificate().subject.CN));
      response.end('{}');
    };
    const status = (cert: string, key: string): object => ({
      clientCertificateData: readFileSync(cert, 'utf8'),
      clientKeyData: readFileSync(key, 'utf8'),
      expirationTimestamp: '2020-01-01T00:00:00Z',
    });
    prints(status(certificates.clientCert, certificates.clientKey));
    const { ca, serverCert, serverKey } = certificates;
    const tls = {
      ca: readFileSync(ca),
      cert: readFileSync(serverCert),
      key: readFileSync(serverKey),
      requestCert: true,
      rejectUnauthorized: true,
    };
    const { client } = await make([note, note], { tls, cluster: { 'certificate-authority': ca } });
    await read(client);
    // The server takes every certificate of the authority: the one it has itself will do.
    prints(status(serverCert, serverKey));
    await read(client);
    expect(shown).toEqual(['client', 'server']);
  });

  it('is not run for a user who has a token as well', async () => {
    prints({ token: 'one' });
    const { api, client } = await make([json(1)], { user: { token: 'own' } });
    await read(client);
    expect(tokens(api)).toEqual(['Bearer own']);
    expect(runs()).toEqual([]);
  });

  it.each([
    ['does not exist', './none', {}, 'none cannot be run (ENOENT); install it, or correct exec.command'],
    ['does not exist, with a hint', './none', { installHint: 'apt-get\ninstall it' }, '(ENOENT); apt-get install it'],
    [
      'fails',
      'echo no >&2; echo session >&2; exit 3',
      {},
      'plugin failed: no session; run it by hand until it succeeds',
    ],
    ['fails in silence', 'exit 1', {}, 'failed: it said nothing'],
    ['prints no JSON', 'echo secret', {}, 'printed no ExecCredential; run it by hand'],
    ['prints another object', 'echo "{\\"secret\\":1}"', {}, 'printed no ExecCredential; run it by hand'],
    ['prints nothing to show', 'echo "{\\"status\\":{}}"', {}, 'gave neither a token nor a client certificate'],
    [
      'prints half a certificate',
      'echo "{\\"status\\":{\\"clientCertificateData\\":\\"x\\",\\"clientKeyData\\":\\"secret\\"}}"',
      {},
      'gave a client certificate or key that is not usable',
    ],
  ])('names file, user and program when it %s, and tries again', async (_, text, exec, message) => {
    program(text);
    const command = text.startsWith('./') ? text : './plugin';
    const { client } = await make([json(1)], { exec: { command, ...exec } });
    const error = await read(client).catch((caught: unknown) => caught);
    const where = `${join(directory, 'config')}: user "u": the plugin ${join(directory, command)} `;
    expect(error).toMatchObject({ name: 'CredentialError', message: expect.stringContaining(where) });
    expect(error).toMatchObject({ message: expect.stringContaining(message) });
    expect(error).toMatchObject({ message: expect.stringMatching(/^(?!.*secret)[^\n]+$/) });
    if (command !== './plugin') return;
    prints({ token: 'one' });
    expect(await read(client)).toBe('1');
  });

  it('waits for one that hangs no longer than allowed, starts no second one, and takes what it says in the end', async () => {
    const go = join(directory, 'go');
    program(`until [ -e '${go}' ]; do sleep 0.02; done; echo '{"status":{"token":"late"}}'`);
    const plugin = readExecPlugin(join(directory, 'config'), EXEC, 'there');
    const issuer = new ExecIssuer({ plugin, cluster: () => ({}), where: 'there', deadline: 100 });
    await expect(issuer.issue(false)).rejects.toThrow('has not ended after 0.1 s; run it by hand');
    await expect(issuer.issue(false)).rejects.toThrow('there: the plugin');
    writeFileSync(go, '');
    await expect.poll(() => issuer.issue(false), { timeout: 5000 }).toMatchObject({ token: 'late' });
    expect(runs()).toHaveLength(1);
  });

  it('ends the waiting when it is told to', async () => {
    program('exec sleep 1');
    const { client } = await make([json(1)]);
    const controller = new AbortController();
    const reading = read(client, controller.signal);
    setTimeout(() => controller.abort(), 50);
    await expect(reading).rejects.toMatchObject({ name: 'AbortError' });
  });
});

describe('readExecPlugin', () => {
  it.each([
    [{ command: '' }, 'exec has no command; name the program'],
    [
      { apiVersion: 'client.authentication.k8s.io/v1alpha1' },
      'exec has the apiVersion "client.authentication.k8s.io/v1a',
    ],
    [{ interactiveMode: '' }, `exec has the interactiveMode ""; ${V1} wants Never or IfAvailable`],
    [{ interactiveMode: 'Sometimes' }, 'exec has the interactiveMode "Sometimes"'],
    [{ interactiveMode: 'Always' }, 'there is no terminal to ask at'],
  ])('refuses %j', (more, message) => {
    const reading = (): unknown => readExecPlugin('/etc/config', { ...EXEC, ...more }, 'where');
    expect(reading).toThrow(KubeConfigError);
    expect(reading).toThrow(message);
    expect(reading).toThrow(/^where: [^\n]+$/);
  });

  it.each([
    [{ apiVersion: V1BETA1, interactiveMode: undefined }, '/etc/plugin'],
    [{ interactiveMode: 'IfAvailable', command: 'aws' }, 'aws'],
    [{ command: '/opt/aws' }, '/opt/aws'],
  ])('takes %j', (more, command) => {
    expect(readExecPlugin('/etc/config', { ...EXEC, ...more }, 'where').command).toBe(command);
  });
});
