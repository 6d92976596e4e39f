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
  readPem,
  TokenFile,
} from './access.ts';
import { IssuedCredentials } from './issued-credentials.ts';
import {
  booleanField,
  DecodeError,
  isJsonObject,
  type JsonObject,
  objectField,
  objectsField,
  stringField,
} from './json.ts';
import { readIssuer } from './kubeconfig-issuer.ts';

/**
 * Access as a kubeconfig file describes it. `context` chooses one of its contexts; by default `current-context`.
 * Paths in the file are relative to the file. Throws KubeConfigError for everything that gives no access.
 */
export function kubeconfigAccess(path: string, context?: string): ApiAccess {
  try {
    return readAccess(path, readConfig(path), context);
  } catch (error) {
    if (error instanceof DecodeError) throw new KubeConfigError(`${path}: ${error.message}; correct the file`);
    throw error;
  }
}

function readConfig(path: string): JsonObject {
  const text = readConfigFile(path, 'the kubeconfig file').toString('utf8');
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
  if (stringField(cluster, 'proxy-url') !== '') {
    throw new KubeConfigError(`${path}: proxy-url is not supported; use an address that is reachable directly`);
  }
  const server = parseServer(stringField(cluster, 'server'), 'http', path);
  const where = `${path}: user ${JSON.stringify(userName)}`;
  const readUser = (): JsonObject => named(path, readConfig(path), 'users', 'user', userName);
  const authorization = readAuthorization(path, user);
  const ca = readMaterial(path, cluster, 'certificate-authority');
  const readAuthority = (): Buffer | undefined => (ca === undefined ? undefined : readPem(ca));
  const issuer = readIssuer({ path, cluster, user, readUser, readAuthority, where });
  // As in kubectl: who has a token or a password of their own shows that.
  const issued =
    authorization === undefined && issuer !== undefined ? new IssuedCredentials(issuer, Date.now) : undefined;
  return {
    server,
    tls: server.protocol === 'https:' ? readTls(path, cluster, user, issued) : undefined,
    namespace: stringField(context, 'namespace') || 'default',
    authorization: authorization ?? (() => bearer(issued?.current.token)),
    ...(issued === undefined ? {} : { issued }),
  };
}

function bearer(token: string | undefined): string | undefined {
  return token === undefined ? undefined : `Bearer ${token}`;
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

function readTls(path: string, cluster: JsonObject, user: JsonObject, issued: IssuedCredentials | undefined): ApiTls {
  const skipVerify = booleanField(cluster, 'insecure-skip-tls-verify', false);
  const cert = readMaterial(path, user, 'client-certificate');
  const key = readMaterial(path, user, 'client-key');
  const isIssued = issued !== undefined && cert === undefined && key === undefined;
  const material = {
    ca: readMaterial(path, cluster, 'certificate-authority'),
    cert: isIssued ? (): Buffer | undefined => issued.current.certificate?.cert : cert,
    key: isIssued ? (): Buffer | undefined => issued.current.certificate?.key : key,
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

/** A token file comes before a token, as in kubectl; a name and a password come last. Undefined for none of them. */
function readAuthorization(path: string, user: JsonObject): (() => string) | undefined {
  const tokenFile = stringField(user, 'tokenFile');
  if (tokenFile !== '') {
    const file = new TokenFile(resolve(dirname(path), tokenFile));
    return () => `Bearer ${file.read()}`;
  }
  const token = stringField(user, 'token');
  if (token !== '') return () => `Bearer ${token}`;
  const username = stringField(user, 'username');
  if (username === '') return undefined;
  const basic = Buffer.from(`${username}:${stringField(user, 'password')}`).toString('base64');
  return () => `Basic ${basic}`;
}
