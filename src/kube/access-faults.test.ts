import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ApiAccess, endpointAccess } from './access.ts';
import { CredentialError, IssuedCredentials } from './issued-credentials.ts';
import {
  event,
  type ReflectorSetup,
  type RunningReflector,
  runReflector,
  service,
  serviceNames as names,
} from './testing/running-reflector.ts';
import { type Answer, cutWatch, listOf, openWatch, recorded } from './testing/scripted-api.ts';
import { makeTestCertificates, type TestCertificates } from './testing/test-certificates.ts';
import { transcript } from './testing/transcripts.ts';

const running: RunningReflector[] = [];
let directory = '';

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'access-faults-'));
});

afterEach(async () => {
  for (const one of running.splice(0)) await one.stop();
});

afterAll(() => rmSync(directory, { recursive: true }));

async function make(answers: readonly Answer[], setup?: ReflectorSetup): Promise<RunningReflector> {
  const made = await runReflector(answers, setup);
  running.push(made);
  return made;
}

const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 5000, interval: 5 });

const unauthorized = recorded(transcript('unauthorized'));

/** What the API server is to know a client by, and what it asks with. */
function serverTls(files: TestCertificates): { cert: Buffer; key: Buffer; ca: Buffer } {
  return {
    cert: readFileSync(files.serverCert),
    key: readFileSync(files.serverKey),
    ca: readFileSync(files.ca),
  };
}

/** Access by what `issue` gives: a token, or an error. */
function byIssuer(url: string, issue: (renew: boolean) => string): ApiAccess {
  const issuer = { issue: async (renew: boolean) => ({ token: issue(renew), certificate: undefined }) };
  const issued = new IssuedCredentials(issuer, Date.now);
  return { ...endpointAccess({ url }), issued, authorization: () => `Bearer ${issued.current.token ?? ''}` };
}

describe('a Reflector survives', () => {
  it('401 after the token was rotated', async () => {
    const tokens = ['old', 'old', 'new'];
    const { api, store } = await make([unauthorized, listOf('5', [])], {
      access: (url) => ({ ...endpointAccess({ url }), authorization: () => `Bearer ${tokens.shift() ?? 'new'}` }),
    });
    await until(() => expect(store.hasSynced).toBe(true));
    expect(api.requests.slice(0, 2).map((one) => one.headers.authorization)).toEqual(['Bearer old', 'Bearer new']);
  });

  it('401 for a watch with a token that a plugin or provider gave: another one is asked for', async () => {
    let n = 0;
    const { asked, api, lines } = await make([listOf('5', []), unauthorized, openWatch()], {
      access: (url) => byIssuer(url, (renew) => `token-${renew ? ++n : n}`),
    });
    await until(() => expect(asked()).toEqual(['list 0', 'watch 5', 'watch 5']));
    expect(api.requests.map((one) => one.headers.authorization)).toEqual([
      'Bearer token-0',
      'Bearer token-0',
      'Bearer token-1',
    ]);
    expect(lines).toEqual([]);
  });

  it('a plugin or provider that gives nothing for a while: it says so once, and what is stored stays', async () => {
    let works = true;
    const fail: Answer = (response, request) => {
      works = false;
      cutWatch('')(response, request);
    };
    const { store, asked, lines } = await make(
      [listOf('5', [service('a', '1')]), fail, openWatch([event('ADDED', service('b', '6'))])],
      {
        access: (url) =>
          byIssuer(url, () => {
            if (works) return 'token';
            throw new CredentialError('/config: user "u": the plugin failed; run it by hand');
          }),
        timing: { maximumWait: 20 },
      },
    );
    await until(() => expect(lines.join('\n')).toContain('the plugin failed; run it by hand'));
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(lines.filter((line) => line.includes('the plugin failed'))).toHaveLength(1);
    expect(names(store)).toEqual(['a']);
    works = true;
    await until(() => expect(names(store)).toEqual(['a', 'b']));
    expect(asked().at(-1)).toBe('watch 5');
    expect(lines.at(-1)).toBe('[INFO] plugin/kubernetes: watching *v1.Service again');
  });

  it('certificates that are renewed on disk, its own and the server’s, with an authority of their own', async () => {
    const files = makeTestCertificates(directory);
    const { api, store, asked } = await make(
      [
        listOf('5', [service('a', '1')]),
        openWatch([event('ADDED', service('b', '6'))]),
        openWatch([event('ADDED', service('c', '7'))]),
      ],
      {
        api: { tls: { ...serverTls(files), requestCert: true, rejectUnauthorized: true } },
        access: (url) =>
          endpointAccess({ url, certFile: files.clientCert, keyFile: files.clientKey, caFile: files.ca }),
      },
    );
    await until(() => expect(names(store)).toEqual(['a', 'b']));
    api.renewCertificates({ ...serverTls(makeTestCertificates(directory)) });
    api.cut();
    await until(() => expect(names(store)).toEqual(['a', 'b', 'c']));
    expect(asked()).toEqual(['list 0', 'watch 5', 'watch 6']);
  });
});
