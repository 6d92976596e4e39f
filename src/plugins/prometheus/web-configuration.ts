import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { HttpTls } from '../../transport/http-endpoints.ts';

/** A file that is no web configuration, or that says more than what is read here. */
export class WebConfigurationError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'WebConfigurationError';
  }
}

const KEYS = ['cert_file', 'key_file', 'client_auth_type', 'client_ca_file', 'min_version', 'max_version'] as const;
type Key = (typeof KEYS)[number];

const VERSIONS: ReadonlyMap<string, NonNullable<HttpTls['minVersion']>> = new Map([
  ['TLS12', 'TLSv1.2'],
  ['TLS13', 'TLSv1.3'],
]);

/** Which certificate a client has to show, by `client_auth_type`. */
const CLIENT_AUTHENTICATION: ReadonlyMap<string, Pick<HttpTls, 'requestCert' | 'rejectUnauthorized'>> = new Map([
  ['NoClientCert', { requestCert: false }],
  ['RequestClientCert', { requestCert: true, rejectUnauthorized: false }],
  ['RequireAndVerifyClientCert', { requestCert: true, rejectUnauthorized: true }],
]);

/**
 * The TLS part of a web configuration file as Prometheus' exporters have it
 * (https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md). Paths in it start from its folder.
 * Rejects with a WebConfigurationError, or with what reading a file says.
 */
export async function readWebConfiguration(path: string): Promise<HttpTls> {
  const values = readValues(await readText(path));
  const file = async (key: Key): Promise<string | undefined> => {
    const name = values.get(key);
    return name === undefined ? undefined : readText(resolve(dirname(path), name));
  };
  const [cert, key, ca] = await Promise.all([file('cert_file'), file('key_file'), file('client_ca_file')]);
  if (cert === undefined || key === undefined) {
    throw new WebConfigurationError('tls_server_config needs both cert_file and key_file');
  }
  const authentication = choice(values, 'client_auth_type', CLIENT_AUTHENTICATION) ?? {};
  if (authentication.rejectUnauthorized === true && ca === undefined) {
    throw new WebConfigurationError('client_auth_type RequireAndVerifyClientCert needs client_ca_file');
  }
  const maxVersion = choice(values, 'max_version', VERSIONS);
  return {
    cert,
    key,
    minVersion: choice(values, 'min_version', VERSIONS) ?? 'TLSv1.2',
    ...(maxVersion === undefined ? {} : { maxVersion }),
    ...(ca === undefined ? {} : { ca }),
    ...authentication,
  };
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new WebConfigurationError(`cannot read it: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The values of tls_server_config; anything else in the file is refused, so that nobody believes it works. */
function readValues(text: string): ReadonlyMap<Key, string> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    // The message goes on with an excerpt of the file.
    const [reason] = String(error instanceof Error ? error.message : error).split('\n', 1);
    throw new WebConfigurationError(`not YAML: ${reason}`);
  }
  const values = new Map<Key, string>();
  for (const [section, content] of entriesOf(document, 'the file')) {
    if (section !== 'tls_server_config') {
      throw new WebConfigurationError(`"${section}" is not supported, only tls_server_config is`);
    }
    for (const [name, value] of entriesOf(content, section)) {
      const key = KEYS.find((known) => known === name);
      if (key === undefined || typeof value !== 'string') {
        throw new WebConfigurationError(
          `"${name}" in tls_server_config is ${key === undefined ? `not supported, only ${KEYS.join(', ')} are` : 'not text'}`,
        );
      }
      values.set(key, value);
    }
  }
  return values;
}

function entriesOf(value: unknown, what: string): [string, unknown][] {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return Object.entries(value);
  throw new WebConfigurationError(`${what} has no keys with values`);
}

function choice<T>(values: ReadonlyMap<Key, string>, key: Key, choices: ReadonlyMap<string, T>): T | undefined {
  const given = values.get(key);
  if (given === undefined) return undefined;
  const chosen = choices.get(given);
  if (chosen !== undefined) return chosen;
  throw new WebConfigurationError(`${key} "${given}" is not supported, only ${[...choices.keys()].join(', ')} are`);
}
