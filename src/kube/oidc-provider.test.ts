import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ApiClient } from './client.ts';
import { kubeconfigAccess } from './kubeconfig.ts';
import { writeKubeconfig } from './testing/kubeconfig-file.ts';
import { makeClient, read } from './testing/read-body.ts';
import { type Answer, json, recorded, ScriptedApi } from './testing/scripted-api.ts';
import { makeTestCertificates, type TestCertificates } from './testing/test-certificates.ts';
import { transcript } from './testing/transcripts.ts';

let directory = '';
let certificates: TestCertificates;
const closers: (() => unknown)[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'oidc-'));
  certificates = makeTestCertificates(directory);
});

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

afterAll(() => rmSync(directory, { recursive: true }));

/** An ID token that expires after so many seconds. */
function idToken(seconds: number, more: object = {}): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'RS256' })}.${part({ exp: Math.floor(Date.now() / 1000) + seconds, ...more })}.c2ln`;
}

interface TokenRequest {
  readonly authorization: string | undefined;
  readonly form: Record<string, string>;
}

/** What an issuer gives for a token request: status and body. */
type Grant = (request: TokenRequest) => readonly [status: number, body: unknown];

/** A real OpenID Connect issuer, as much of it as refreshing needs. */
class Issuer {
  readonly requests: TokenRequest[] = [];
  readonly #server: Server;
  readonly #grant: Grant;
  readonly #discovery: object;
  readonly #isSecure: boolean;

  constructor(grant: Grant, discovery: object, isSecure: boolean) {
    this.#grant = grant;
    this.#discovery = discovery;
    this.#isSecure = isSecure;
    const handle = (request: IncomingMessage, response: ServerResponse): void => void this.#handle(request, response);
    const tls = { cert: readFileSync(certificates.serverCert), key: readFileSync(certificates.serverKey) };
    this.#server = isSecure ? createHttpsServer(tls, handle) : createHttpServer(handle);
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    closers.push(() => this.#server.close());
  }

  get url(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    return `${this.#isSecure ? 'https' : 'http'}://127.0.0.1:${port}/realms/shop`;
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await text(request);
    if (request.method === 'GET' && request.url === '/realms/shop/.well-known/openid-configuration') {
      const configuration = { issuer: this.url, token_endpoint: `${this.url}/token`, ...this.#discovery };
      response.end(JSON.stringify(configuration));
      return;
    }
    if (request.method !== 'POST' || request.url !== '/realms/shop/token') {
      response.writeHead(404).end('no such page');
      return;
    }
    const seen = { authorization: request.headers.authorization, form: Object.fromEntries(new URLSearchParams(body)) };
    this.requests.push(seen);
    const [status, answer] = this.#grant(seen);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  }
}

interface Setup {
  readonly grant?: Grant;
  readonly discovery?: object;
  readonly isSecure?: boolean;
  readonly config?: object;
  readonly answers?: readonly Answer[];
}

interface Made {
  readonly issuer: Issuer;
  readonly api: ScriptedApi;
  readonly client: ApiClient;
  /** Writes the kubeconfig file anew, with these settings changed. */
  readonly write: (config: object) => string;
}

async function make({ grant = () => [200, {}], discovery = {}, isSecure = true, ...more }: Setup): Promise<Made> {
  const issuer = new Issuer(grant, discovery, isSecure);
  await issuer.start();
  const api = await ScriptedApi.start(more.answers ?? [json(1), json(2), json(3)]);
  closers.push(() => api.close());
  const write = (config: object): string =>
    writeKubeconfig(
      directory,
      { server: api.url },
      {
        'auth-provider': {
          name: 'oidc',
          config: {
            'idp-issuer-url': issuer.url,
            'client-id': 'kubernetes',
            'id-token': idToken(-60),
            'refresh-token': 'r1',
            'idp-certificate-authority-data': readFileSync(certificates.ca).toString('base64'),
            'extra-scopes': 'groups',
            ...config,
          },
        },
      },
    );
  const client = makeClient(kubeconfigAccess(write(more.config ?? {})));
  closers.push(() => client.close());
  return { issuer, api, client, write };
}

function tokens(api: ScriptedApi): (string | undefined)[] {
  return api.requests.map((one) => one.headers.authorization?.replace('Bearer ', ''));
}

const unauthorized = recorded(transcript('unauthorized'));

describe('a kubeconfig with the auth-provider oidc', () => {
  it('shows the ID token while that is good, without a word to the provider', async () => {
    const good = idToken(600);
    const { api, client, issuer } = await make({ config: { 'id-token': good } });
    await read(client);
    expect(tokens(api)).toEqual([good]);
    expect(issuer.requests).toEqual([]);
  });

  it.each([
    ['https, with the authority as data', true, {}],
    [
      'https, with the authority as a file',
      true,
      { 'idp-certificate-authority-data': '', 'idp-certificate-authority': 'ca.crt' },
    ],
    ['http', false, { 'idp-certificate-authority-data': '' }],
  ])('refreshes an expired one once: %s', async (_, isSecure, config) => {
    const fresh = idToken(600);
    const { api, client, issuer } = await make({ isSecure, config, grant: () => [200, { id_token: fresh }] });
    await Promise.all([read(client), read(client)]);
    await read(client);
    expect(tokens(api)).toEqual([fresh, fresh, fresh]);
    const form = { grant_type: 'refresh_token', refresh_token: 'r1', client_id: 'kubernetes' };
    expect(issuer.requests).toEqual([{ authorization: undefined, form }]);
  });

  it('takes a token that expires within ten seconds, one that is none, and a missing one for expired', async () => {
    for (const old of [idToken(8), 'abc', '']) {
      const fresh = idToken(600);
      const { api, client } = await make({ config: { 'id-token': old }, grant: () => [200, { id_token: fresh }] });
      await read(client);
      expect(tokens(api)).toEqual([fresh]);
    }
  });

  const basic = `Basic ${Buffer.from('kubernetes:p%40ss+w%C3%B6rd').toString('base64')}`;
  const secret = { client_id: 'kubernetes', client_secret: 'p@ss wörd' };
  it.each([
    ['as the provider takes it by default', {}, basic, {}],
    [
      'in the header',
      { token_endpoint_auth_methods_supported: ['client_secret_post', 'client_secret_basic'] },
      basic,
      {},
    ],
    ['in the body', { token_endpoint_auth_methods_supported: ['client_secret_post'] }, undefined, secret],
  ])('sends the client secret %s', async (_, discovery, authorization, form) => {
    const { client, issuer } = await make({
      discovery,
      config: { 'client-secret': 'p@ss wörd' },
      grant: () => [200, { id_token: idToken(600) }],
    });
    await read(client);
    expect(issuer.requests).toEqual([
      { authorization, form: { grant_type: 'refresh_token', refresh_token: 'r1', ...form } },
    ]);
  });

  it('uses the refresh token that came last, and keeps it when none comes', async () => {
    const next = [{ refresh_token: 'r2' }, {}, {}];
    const grant: Grant = () => [200, { id_token: idToken(5), ...next.shift() }];
    const { client, issuer } = await make({ grant });
    for (let i = 0; i < 3; i++) await read(client);
    expect(issuer.requests.map(({ form }) => form['refresh_token'])).toEqual(['r1', 'r2', 'r2']);
  });

  it('refreshes after 401', async () => {
    const refused = idToken(600, { jti: 1 });
    const fresh = idToken(600, { jti: 2 });
    const { api, client } = await make({
      config: { 'id-token': refused },
      grant: () => [200, { id_token: fresh }],
      answers: [unauthorized, json(1)],
    });
    expect(await read(client)).toBe('1');
    expect(tokens(api)).toEqual([refused, fresh]);
  });

  it('takes tokens from the file when somebody has logged in anew', async () => {
    const anew = idToken(600);
    const { api, client, issuer, write } = await make({
      grant: () => [400, { error: 'invalid_grant', error_description: 'session\nended' }],
    });
    await expect(read(client)).rejects.toThrow(
      `${join(directory, 'config')}: user "u": auth-provider: the provider gave no tokens (invalid_grant: session ended); log in again`,
    );
    write({ 'id-token': anew, 'refresh-token': 'r9' });
    await read(client);
    expect(tokens(api)).toEqual([anew]);
    expect(issuer.requests).toHaveLength(1);
  });

  it('goes on with what it knows while the file is away', async () => {
    const fresh = idToken(600);
    const { api, client } = await make({ grant: () => [200, { id_token: fresh }] });
    rmSync(join(directory, 'config'));
    await read(client);
    expect(tokens(api)).toEqual([fresh]);
  });

  const failing: [string, Setup, string][] = [
    ['there is no refresh token', { config: { 'refresh-token': '' } }, 'there is no refresh-token; log in again'],
    [
      'the secret is wrong',
      { grant: () => [401, { error: 'invalid_client' }] },
      'gave no tokens (invalid_client); check client-id and client-secret',
    ],
    ['it answers in HTML', { grant: () => [502, '<html>'] }, 'gave no tokens (status 502); log in again'],
    ['it gives no ID token', { grant: () => [200, {}] }, 'gave no id_token; log in with the scope openid'],
    [
      'it gives another thing',
      { grant: () => [200, { id_token: 5 }] },
      "the provider's answer: id_token is not a string",
    ],
    ['there is no endpoint', { discovery: { token_endpoint: '' } }, 'names no token_endpoint; check idp-issuer-url'],
    [
      'its authority is not trusted',
      { config: { 'idp-certificate-authority-data': '' } },
      'x509: certificate signed by unknown authority; check idp-issuer-url and the network',
    ],
  ];
  it.each(failing)('says what is wrong when %s', async (_, setup, message) => {
    const { client } = await make(setup);
    const error = await read(client).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ name: 'CredentialError', message: expect.stringContaining(message) });
    expect(error).toMatchObject({ message: expect.stringMatching(/^[^\n]*: user "u": auth-provider: [^\n]+$/) });
  });

  it('says what is wrong when nobody is there, or something else', async () => {
    const { client, write, issuer } = await make({});
    const path = write({ 'idp-issuer-url': 'https://127.0.0.1:1' });
    await expect(read(makeClient(kubeconfigAccess(path)))).rejects.toThrow(
      'connect: connection refused; check idp-issuer-url',
    );
    const other = write({ 'idp-issuer-url': issuer.url.replace('shop', 'none') });
    await expect(read(makeClient(kubeconfigAccess(other)))).rejects.toThrow('status 404 and no configuration');
    client.close();
  });

  it.each([
    [{ 'idp-issuer-url': '' }, 'auth-provider has the idp-issuer-url ""; write the https:// URL'],
    [{ 'idp-issuer-url': 'ftp://a' }, 'auth-provider has the idp-issuer-url "ftp://a"'],
    [{ 'client-id': '' }, 'auth-provider has no client-id'],
    [{ 'client-id': 5 }, 'client-id is not a string; correct the file'],
    [
      { 'idp-certificate-authority-data': '', 'idp-certificate-authority': 'no.crt' },
      'no.crt: idp-certificate-authority cannot be read',
    ],
  ])('refuses %j', async (config, message) => {
    const { write } = await make({});
    const path = write(config);
    expect(() => kubeconfigAccess(path)).toThrow(message);
  });
});
