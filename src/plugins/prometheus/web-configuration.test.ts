import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { readWebConfiguration, WebConfigurationError } from './web-configuration.ts';

const directory = mkdtempSync(join(tmpdir(), 'web-configuration-'));
afterAll(() => rmSync(directory, { recursive: true }));
writeFileSync(join(directory, 'c.pem'), 'certificate');
writeFileSync(join(directory, 'k.pem'), 'key');
writeFileSync(join(directory, 'ca.pem'), 'authority');

/** Reads a file whose tls_server_config has these entries. */
async function read(...entries: readonly string[]): ReturnType<typeof readWebConfiguration> {
  return readText(`tls_server_config:\n${entries.map((entry) => `  ${entry}\n`).join('')}`);
}

async function readText(text: string): ReturnType<typeof readWebConfiguration> {
  const path = join(directory, 'web.yml');
  writeFileSync(path, text);
  return readWebConfiguration(path);
}

const CERTIFICATE = ['cert_file: c.pem', 'key_file: k.pem'];
const MADE = { cert: 'certificate', key: 'key', minVersion: 'TLSv1.2' };

test.each([
  [[], {}],
  [['client_auth_type: NoClientCert'], { requestCert: false }],
  [['client_auth_type: RequestClientCert'], { requestCert: true, rejectUnauthorized: false }],
  [
    ['client_auth_type: RequireAndVerifyClientCert', 'client_ca_file: ca.pem'],
    { requestCert: true, rejectUnauthorized: true, ca: 'authority' },
  ],
  [['min_version: TLS13'], { minVersion: 'TLSv1.3' }],
  [['max_version: TLS12'], { maxVersion: 'TLSv1.2' }],
  [[`client_ca_file: ${directory}/ca.pem`], { ca: 'authority' }],
])('certificate and key with %j', async (entries, more) => {
  expect(await read(...CERTIFICATE, ...entries)).toEqual({ ...MADE, ...more });
});

test.each([
  [['cert_file: c.pem'], 'tls_server_config needs both cert_file and key_file'],
  [['cert_file: missing.pem', 'key_file: k.pem'], 'cannot read it: ENOENT'],
  [['cert_file: 5', 'key_file: k.pem'], '"cert_file" in tls_server_config is not text'],
  [
    [...CERTIFICATE, 'client_auth_type: RequireAndVerifyClientCert'],
    'client_auth_type RequireAndVerifyClientCert needs client_ca_file',
  ],
  [
    [...CERTIFICATE, 'client_auth_type: VerifyClientCertIfGiven'],
    'client_auth_type "VerifyClientCertIfGiven" is not supported, only NoClientCert, RequestClientCert,',
  ],
  [[...CERTIFICATE, 'min_version: TLS10'], 'min_version "TLS10" is not supported, only TLS12, TLS13 are'],
  [[...CERTIFICATE, 'cipher_suites: []'], '"cipher_suites" in tls_server_config is not supported, only cert_file,'],
])('%j is refused', async (entries, message) => {
  const outcome = read(...entries);
  await expect(outcome).rejects.toThrow(WebConfigurationError);
  await expect(outcome).rejects.toThrow(message);
});

test.each([
  ['', 'the file has no keys with values'],
  ['- a\n', 'the file has no keys with values'],
  ['tls_server_config: yes\n', 'tls_server_config has no keys with values'],
  ['basic_auth_users:\n  a: b\n', '"basic_auth_users" is not supported, only tls_server_config is'],
  ['a: [\n', 'not YAML: '],
])('the file %j is refused', async (text, message) => {
  await expect(readText(text)).rejects.toThrow(message);
});

test('a file that is not there is refused', async () => {
  await expect(readWebConfiguration(join(directory, 'missing.yml'))).rejects.toThrow('cannot read it: ENOENT');
});
