import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Registry } from '../metrics/registry.ts';
import { type ApiAccess, endpointAccess } from './access.ts';
import { ApiClient } from './client.ts';
import { read } from './testing/read-body.ts';
import { type Answer, json, recorded, ScriptedApi } from './testing/scripted-api.ts';
import { makeTestCertificates, type TestCertificates } from './testing/test-certificates.ts';
import { transcript } from './testing/transcripts.ts';

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function makeClient(access: ApiAccess, metrics: Registry = new Registry(), now: () => number = Date.now): ApiClient {
  const client = new ApiClient({ access, version: '1.2.3', metrics, now });
  closers.push(() => client.close());
  return client;
}

describe('ApiClient over TLS', () => {
  let directory = '';
  let files: TestCertificates;

  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'kube-client-'));
    files = makeTestCertificates(directory);
  });

  afterAll(() => rmSync(directory, { recursive: true }));

  async function secureApi(...answers: readonly Answer[]): Promise<ScriptedApi> {
    const tls = {
      cert: readFileSync(files.serverCert),
      key: readFileSync(files.serverKey),
      ca: readFileSync(files.ca),
      requestCert: true,
      rejectUnauthorized: true,
    };
    const api = await ScriptedApi.start(answers, { tls });
    closers.push(() => api.close());
    return api;
  }

  it('shows its certificate and verifies the server', async () => {
    const api = await secureApi(json('secret'));
    const { clientCert: certFile, clientKey: keyFile, ca: caFile } = files;
    expect(api.url).toMatch(/^https:/);
    const client = makeClient(endpointAccess({ url: api.url, certFile, keyFile, caFile }));
    expect(await read(client)).toBe('"secret"');
  });

  /** Replaces certificates on disk and in the server: from now on all are of another authority. */
  function renewAll(api: ScriptedApi): void {
    files = makeTestCertificates(directory);
    api.renewCertificates({
      cert: readFileSync(files.serverCert),
      key: readFileSync(files.serverKey),
      ca: readFileSync(files.ca),
    });
    api.cut();
  }

  it('takes up an authority and a client certificate that were renewed on disk, at once after a failure', async () => {
    const api = await secureApi(json(1), json(2), json(3));
    const { clientCert: certFile, clientKey: keyFile, ca: caFile } = files;
    const client = makeClient(endpointAccess({ url: api.url, certFile, keyFile, caFile }));
    expect(await read(client)).toBe('1');
    renewAll(api);
    expect(await read(client)).toBe('2');
    // Not more often than once a minute.
    renewAll(api);
    await expect(read(client)).rejects.toThrow('x509');
  });

  it('looks for renewed certificates every minute, so that there is no failure', async () => {
    const api = await secureApi(json(1), json(2));
    const { clientCert: certFile, clientKey: keyFile, ca: caFile } = files;
    let now = 0;
    const metrics = new Registry();
    const client = makeClient(endpointAccess({ url: api.url, certFile, keyFile, caFile }), metrics, () => now);
    expect(await read(client)).toBe('1');
    renewAll(api);
    now = 60_000;
    expect(await read(client)).toBe('2');
    expect(metrics.expose()).not.toContain('code="<error>"');
  });

  it('shows a renewed client certificate after 401, while the server stays', async () => {
    const api = await secureApi(recorded(transcript('unauthorized')), json(2));
    const { clientCert: certFile, clientKey: keyFile, ca: caFile } = files;
    const client = makeClient(endpointAccess({ url: api.url, certFile, keyFile, caFile }));
    const before = readFileSync(certFile);
    writeFileSync(certFile, Buffer.concat([before, Buffer.from('\n')]));
    expect(await read(client)).toBe('2');
    expect(api.requests).toHaveLength(2);
  });

  it('keeps what it has while files are away or broken', async () => {
    const api = await secureApi(json(1));
    const { clientCert: certFile, clientKey: keyFile, ca: caFile } = files;
    const access = endpointAccess({ url: api.url, certFile, keyFile, caFile });
    const good = readFileSync(caFile);
    writeFileSync(caFile, 'half a');
    expect(access.tls?.renew()).toBe(false);
    rmSync(caFile);
    expect(access.tls?.renew()).toBe(false);
    expect(await read(makeClient(access))).toBe('1');
    writeFileSync(caFile, good);
    expect(access.tls?.renew()).toBe(false);
  });

  it('refuses a server of another authority', async () => {
    const api = await secureApi(json('secret'));
    const { clientCert: certFile, clientKey: keyFile } = files;
    const client = makeClient(endpointAccess({ url: api.url, certFile, keyFile }));
    await expect(read(client)).rejects.toThrow('x509: certificate signed by unknown authority');
  });
});
