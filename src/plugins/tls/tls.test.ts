import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { Logger } from '../../log/logger.ts';
import { setUp, type TestSetup } from '../../plugin-api/testing.ts';
import { testFile } from '../../transport/stream/testing.ts';
import type { ServerTls } from '../../transport/stream/tls-acceptor.ts';
import { CertificateFiles } from './certificate-files.ts';
import { tls } from './tls.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tls-'));
  for (const name of ['server.pem', 'server.key', 'client.pem', 'client.key', 'ca.pem', 'stranger.pem'])
    writeFileSync(join(folder, name), testFile(name));
  writeFileSync(join(folder, 'none.pem'), 'nothing');
});

afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function make(directives: string): TestSetup {
  return setUp(tls, directives, { resolvePath: (path) => join(folder, path) });
}

function identityOf({ instance }: TestSetup): ServerTls | undefined {
  return instance.settings?.tls?.();
}

describe('the settings', () => {
  test.each<[directives: string, clientCertificates: ServerTls['clientCertificates']]>([
    ['tls server.pem server.key', 'ignored'],
    ['tls server.pem server.key {\n client_auth nocert\n}', 'ignored'],
    ['tls server.pem server.key {\n client_auth request\n}', 'requested'],
    ['tls server.pem server.key ca.pem {\n client_auth require\n}', 'required'],
    ['tls server.pem server.key ca.pem {\n client_auth verify_if_given\n}', 'verified-if-given'],
    ['tls server.pem server.key ca.pem {\n client_auth require_and_verify\n}', 'verified'],
    ['tls server.pem server.key {\n client_auth request\n client_auth require\n}', 'required'],
    ['tls client.pem client.key\ntls server.pem server.key', 'ignored'],
  ])('of %j', (directives, clientCertificates) => {
    const made = make(directives);
    expect(made.problems).toEqual([]);
    expect(identityOf(made)).toMatchObject({
      certificate: testFile('server.pem'),
      key: testFile('server.key'),
      clientCertificates,
    });
  });

  test('have the authorities of the file, one by one', () => {
    writeFileSync(join(folder, 'both.pem'), `# ours\n${testFile('ca.pem')}\n${testFile('stranger.pem')}`);
    const made = make('tls server.pem server.key both.pem {\n client_auth require_and_verify\n}');
    expect(identityOf(made)?.authorities).toEqual([testFile('ca.pem').trim(), testFile('stranger.pem').trim()]);
  });

  test('have those of the machine where clients are to be verified and no file says by whom', () => {
    expect(identityOf(make('tls server.pem server.key'))?.authorities).toBeUndefined();
    const verifying = make('tls server.pem server.key {\n client_auth verify_if_given\n}');
    expect(identityOf(verifying)?.authorities?.length).toBeGreaterThan(10);
  });
});

test.each([
  ['tls', 'Corefile:2:1: "tls" needs 2 arguments'],
  ['tls server.pem', 'Corefile:2:5: "tls" needs 2 arguments, not 1'],
  ['tls server.pem server.key ca.pem x', 'Corefile:2:34: "tls" takes 3 arguments, "x" is one too many'],
  ['tls missing.pem server.key', 'Corefile:2:5: the files of tls cannot be used: ENOENT'],
  ['tls none.pem server.key', 'Corefile:2:5: the files of tls cannot be used: '],
  ['tls server.pem none.pem', 'Corefile:2:5: the files of tls cannot be used: '],
  ['tls server.pem client.key', 'key values mismatch'],
  ['tls server.pem server.key none.pem', 'Corefile:2:5: the files of tls cannot be used: '],
  ['tls server.pem server.key {\n client_auth x\n}', 'Corefile:3:14: "x" is not one of nocert, request, '],
  ['tls server.pem server.key {\n client_auth\n}', 'Corefile:3:2: "client_auth" needs an argument'],
  ['tls server.pem server.key {\n client_auth request require\n}', 'Corefile:3:22: "client_auth" takes one argument'],
  ['tls server.pem server.key {\n x\n}', 'Corefile:3:2: plugin tls has no option "x"'],
  ['tls {\n}', 'Corefile:2:1: certificates by ACME are not available in this version'],
  ['tls {\n email a@example.org\n acme example.org\n}', 'Corefile:3:2: certificates by ACME are not available'],
])('%j is refused', (directives, message) => {
  const { problems } = make(directives);
  expect(problems.map(describeProblem)).toEqual([expect.stringContaining(message)]);
});

describe('a renewed certificate', () => {
  const NEW = { certificate: testFile('client.pem'), key: testFile('client.key') };

  function renew(certificate: string, key: string): void {
    writeFileSync(join(folder, 'server.pem'), certificate);
    writeFileSync(join(folder, 'server.key'), key);
  }

  function files(log: string[]): CertificateFiles {
    return new CertificateFiles({
      certificate: join(folder, 'server.pem'),
      key: join(folder, 'server.key'),
      authority: undefined,
      clientCertificates: 'ignored',
      logger: Logger.create((line) => log.push(line)),
    });
  }

  test('is taken up', async () => {
    const log: string[] = [];
    const watched = files(log);
    const before = watched.tls;
    await watched.look();
    expect(watched.tls).toBe(before);
    renew(NEW.certificate, NEW.key);
    await watched.look();
    expect(watched.tls).toMatchObject(NEW);
    expect(log).toEqual([expect.stringMatching(/^\[INFO\] .*server\.pem has changed, .* valid until .* 2110 GMT$/)]);
  });

  test('waits for its key, and is complained about once', async () => {
    const log: string[] = [];
    const watched = files(log);
    renew(NEW.certificate, testFile('server.key'));
    await watched.look();
    await watched.look();
    expect(watched.tls.certificate).toBe(testFile('server.pem'));
    expect(log).toEqual([expect.stringMatching(/^\[WARNING\] .* cannot be used, the one before stays: .*mismatch/)]);
    renew(NEW.certificate, NEW.key);
    await watched.look();
    expect(watched.tls).toMatchObject(NEW);
  });

  test('that cannot be read just now changes nothing', async () => {
    const log: string[] = [];
    const watched = files(log);
    rmSync(join(folder, 'server.pem'));
    await watched.look();
    expect(watched.tls.certificate).toBe(testFile('server.pem'));
    expect(log).toEqual([]);
  });

  test('is found within ten seconds, until the plugin stops', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const made = make('tls server.pem server.key');
    await made.instance.start?.();
    renew(NEW.certificate, NEW.key);
    vi.advanceTimersByTime(10_000);
    await vi.waitFor(() => expect(identityOf(made)).toMatchObject(NEW));
    await made.instance.stop?.('shutdown');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('keylog', () => {
  test('appends to a file that only we may read', async () => {
    const made = make('tls server.pem server.key {\n keylog keys.log\n}');
    const path = join(folder, 'keys.log');
    await made.instance.start?.();
    expect(made.log).toEqual([`[WARNING] Writing TLS Key Log to "${path}"`]);
    identityOf(made)?.logKeys?.(Buffer.from('one\n'));
    identityOf(made)?.logKeys?.(Buffer.from('two\n'));
    const { logKeys } = identityOf(made) ?? {};
    await made.instance.stop?.('reload');
    logKeys?.(Buffer.from('three\n'));
    expect(readFileSync(path, 'utf8')).toBe('one\ntwo\n');
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  test('refuses a file that cannot be written', async () => {
    const made = make('tls server.pem server.key {\n keylog missing/keys.log\n}');
    await expect(made.instance.start?.()).rejects.toThrow(/^the file of keylog cannot be written: ENOENT/);
  });
});
