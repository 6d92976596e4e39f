import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { writeKubeconfig } from '../../kube/testing/kubeconfig-file.ts';
import {
  type Answer,
  listOf,
  openWatch,
  ScriptedApi,
  type ScriptedApiOptions,
} from '../../kube/testing/scripted-api.ts';
import { makeTestCertificates, type TestCertificates } from '../../kube/testing/test-certificates.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { kubernetes } from './kubernetes.ts';

let directory = '';
let certificates: TestCertificates;
const closing: (() => Promise<unknown>)[] = [];

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'api-access-'));
  certificates = makeTestCertificates(directory);
});

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

afterAll(() => rmSync(directory, { recursive: true }));

const empty: Answer = (response, request) =>
  (request.query.has('watch') ? openWatch() : listOf('5', []))(response, request);

async function startApi(options?: ScriptedApiOptions): Promise<ScriptedApi> {
  const api = await ScriptedApi.start(
    Array.from({ length: 50 }, () => empty),
    options,
  );
  closing.push(() => api.close());
  return api;
}

/** Starts the plugin with these options, with paths relative to the folder; resolves with whether it is ready. */
async function start(block: string): Promise<boolean | undefined> {
  const resolvePath = (path: string): string => join(directory, path);
  const plugin = setUp(kubernetes, `kubernetes cluster.local {\n${block}\n}`, { resolvePath });
  closing.push(async () => plugin.instance.stop?.('shutdown'));
  await plugin.instance.start?.();
  return plugin.instance.ready?.();
}

test('endpoint with tls: the files are relative to the Corefile, both sides verify each other', async () => {
  const tls = {
    cert: readFileSync(certificates.serverCert),
    key: readFileSync(certificates.serverKey),
    ca: readFileSync(certificates.ca),
    requestCert: true,
    rejectUnauthorized: true,
  };
  const api = await startApi({ tls });
  expect(await start(`endpoint ${api.url}\ntls client.crt client.key ca.crt`)).toBe(true);
  expect(await start(`endpoint ${api.url}\nstartup_timeout 300ms`)).toBe(false);
});

test('of several endpoints the first is asked', async () => {
  const [api, other] = [await startApi(), await startApi()];
  expect(await start(`endpoint ${api.url} ${other.url}`)).toBe(true);
  expect(other.requests).toEqual([]);
});

test('kubeconfig comes before endpoint and tls; its context is the one that is named', async () => {
  const [api, other] = [await startApi(), await startApi()];
  writeFileSync(
    join(directory, 'plugin'),
    '#!/bin/sh\necho \'{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","status":{"token":"from-plugin"}}\'\n',
  );
  chmodSync(join(directory, 'plugin'), 0o755);
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: './plugin', interactiveMode: 'Never' };
  writeKubeconfig(
    directory,
    { server: other.url },
    {},
    {
      clusters: [
        { name: 'c', cluster: { server: other.url } },
        { name: 'second', cluster: { server: api.url } },
      ],
      users: [
        { name: 'u', user: {} },
        { name: 'by-plugin', user: { exec } },
      ],
      contexts: [
        { name: 'main', context: { cluster: 'c', user: 'u' } },
        { name: 'second', context: { cluster: 'second', user: 'by-plugin' } },
      ],
    },
  );
  expect(await start(`endpoint ${other.url}\nkubeconfig config second`)).toBe(true);
  expect(other.requests).toEqual([]);
  expect(new Set(api.requests.map(({ headers }) => headers.authorization))).toEqual(new Set(['Bearer from-plugin']));
  expect(await start('kubeconfig config')).toBe(true);
  expect(other.requests.length).toBeGreaterThan(0);
});
