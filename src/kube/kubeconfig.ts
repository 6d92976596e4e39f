import { createRequire } from 'node:module';
import { dirname, resolve } from 'node:path';
import type * as Yaml from 'yaml';
import {
  type ApiAccess,
  type ApiTls,
  KubeConfigError,
  makeTls,
  parseServer,
  type Pem,
  readConfigFile,
  TokenFile,
} from './access.ts';
import {
  booleanField,
  DecodeError,
  isJsonObject,
  type JsonObject,
  objectField,
  objectsField,
  stringField,
} from './json.ts';

/**
 * Access as a kubeconfig file describes it. `context` chooses one of its contexts; by default `current-context`.
 * Paths in the file are relative to the file. Throws KubeConfigError for everything that gives no access.
 */
export function kubeconfigAccess(path: string, context?: string): ApiAccess {
  const config = parseConfig(path, readConfigFile(path, 'the kubeconfig file').toString('utf8'));
  try {
    return readAccess(path, config, context);
  } catch (error) {
    if (error instanceof DecodeError) throw new KubeConfigError(`${path}: ${error.message}; correct the file`);
    throw error;
  }
}

function parseConfig(path: string, text: string): JsonObject {
  // Only those who have such a file pay for the YAML reader and its 9 MB.
  const { parse, YAMLParseError }: typeof Yaml = createRequire(import.meta.url)('yaml');
  let config: unknown;
  try {
    config = parse(text);
  } catch (error) {
    if (!(error instanceof YAMLParseError)) throw error;
    // The message goes on with an excerpt of the file, which may hold secrets.
    throw new KubeConfigError(`${path}: ${error.message.split('\n')[0]?.replace(/:$/, '')}; correct the YAML`);
  }
  if (!isJsonObject(config))
    throw new KubeConfigError(`${path}: this is no kubeconfig file; it should hold clusters, users and contexts`);
  return config;
}

function readAccess(path: string, config: JsonObject, chosen: string | undefined): ApiAccess {
  const contextName = chosen ?? stringField(config, 'current-context');
  const known = contextNames(config);
  if (contextName === '') {
    throw new KubeConfigError(
      `${path}: no current-context; set it, or name a context (${known.join(', ') || 'there are none'})`,
    );
  }
  if (!known.includes(contextName)) {
    throw new KubeConfigError(
      `${path}: there is no context ${JSON.stringify(contextName)}; the file has ${known.join(', ') || 'none'}`,
    );
  }
  const context = named(path, config, 'contexts', 'context', contextName);
  const cluster = named(path, config, 'clusters', 'cluster', stringField(context, 'cluster'));
  const userName = stringField(context, 'user');
  const user = userName === '' ? {} : named(path, config, 'users', 'user', userName);
  refuseUnsupported(path, cluster, user, userName);
  const server = parseServer(stringField(cluster, 'server'), 'http', path);
  return {
    server,
    tls: server.protocol === 'https:' ? readTls(path, cluster, user) : undefined,
    namespace: stringField(context, 'namespace') || 'default',
    authorization: readAuthorization(path, user),
  };
}

function contextNames(config: JsonObject): string[] {
  return objectsField(config, 'contexts').map((entry) => stringField(entry, 'name'));
}

/** The entry of a list of `{ name, [key]: {…} }`. */
function named(path: string, config: JsonObject, list: string, key: string, name: string): JsonObject {
  const entry = objectsField(config, list).find((candidate) => candidate['name'] === name);
  if (entry === undefined) {
    throw new KubeConfigError(
      `${path}: ${list} has no ${JSON.stringify(name)}; add it, or correct the context that names it`,
    );
  }
  return objectField(entry, key);
}

function refuseUnsupported(path: string, cluster: JsonObject, user: JsonObject, userName: string): void {
  if (stringField(cluster, 'proxy-url') !== '') {
    throw new KubeConfigError(`${path}: proxy-url is not supported; use an address that is reachable directly`);
  }
  for (const key of ['exec', 'auth-provider']) {
    if (user[key] === undefined || user[key] === null) continue;
    throw new KubeConfigError(
      `${path}: user ${JSON.stringify(userName)} logs in with ${key}, which is not supported yet; ` +
        'use a token, a tokenFile or a client certificate',
    );
  }
}

function readTls(path: string, cluster: JsonObject, user: JsonObject): ApiTls {
  const skipVerify = booleanField(cluster, 'insecure-skip-tls-verify', false);
  const material = {
    ca: readMaterial(path, cluster, 'certificate-authority'),
    cert: readMaterial(path, user, 'client-certificate'),
    key: readMaterial(path, user, 'client-key'),
    servername: stringField(cluster, 'tls-server-name') || undefined,
    rejectUnauthorized: !skipVerify,
  };
  return makeTls(material, path);
}

/** `KEY-data` in base64 comes before the file that `KEY` names, as in kubectl. */
function readMaterial(path: string, parent: JsonObject, key: string): Pem | undefined {
  const data = stringField(parent, `${key}-data`);
  if (data !== '') return Buffer.from(data, 'base64');
  const file = stringField(parent, key);
  return file === '' ? undefined : { file: resolve(dirname(path), file), what: key };
}

/** A token file comes before a token, as in kubectl; a name and a password come last. */
function readAuthorization(path: string, user: JsonObject): () => string | undefined {
  const tokenFile = stringField(user, 'tokenFile');
  if (tokenFile !== '') {
    const file = new TokenFile(resolve(dirname(path), tokenFile));
    return () => `Bearer ${file.read()}`;
  }
  const token = stringField(user, 'token');
  if (token !== '') return () => `Bearer ${token}`;
  const username = stringField(user, 'username');
  if (username === '') return () => undefined;
  const basic = Buffer.from(`${username}:${stringField(user, 'password')}`).toString('base64');
  return () => `Basic ${basic}`;
}
