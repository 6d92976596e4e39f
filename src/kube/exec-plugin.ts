import type { RequestOptions } from 'node:https';
import { dirname, resolve } from 'node:path';
import type { KubeConfig } from '@kubernetes/client-node';
import { KubeConfigError } from './access.ts';
import { type Credential, CredentialError, type CredentialIssuer } from './issued-credentials.ts';
import { booleanField, type JsonObject, objectsField, stringField, stringsField } from './json.ts';

/** A program that prints credentials: https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins */
export interface ExecPlugin {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly apiVersion: string;
  readonly installHint: string;
  readonly providesClusterInfo: boolean;
}

const V1 = 'client.authentication.k8s.io/v1';
const VERSIONS: readonly string[] = [V1, 'client.authentication.k8s.io/v1beta1'];
const MODES: readonly string[] = ['Never', 'IfAvailable', 'Always'];

// Plugins ask a cloud's API, over a slow line with repetitions perhaps; a person who could be asked is not there.
const DEADLINE_MILLISECONDS = 60_000;

/** Reads `exec` of a user; `where` names file and user, `path` is the file. Throws KubeConfigError for what cannot be run here. */
export function readExecPlugin(path: string, exec: JsonObject, where: string): ExecPlugin {
  const command = stringField(exec, 'command');
  if (command === '')
    throw new KubeConfigError(`${where}: exec has no command; name the program that gives credentials`);
  const apiVersion = stringField(exec, 'apiVersion');
  if (!VERSIONS.includes(apiVersion)) {
    throw new KubeConfigError(
      `${where}: exec has the apiVersion ${JSON.stringify(apiVersion)}; write ${VERSIONS.join(' or ')}, and use a release of ${command} that knows it`,
    );
  }
  const mode = stringField(exec, 'interactiveMode') || (apiVersion === V1 ? '' : 'IfAvailable');
  if (!MODES.includes(mode)) {
    throw new KubeConfigError(
      `${where}: exec has the interactiveMode ${JSON.stringify(mode)}; ${apiVersion} wants Never or IfAvailable`,
    );
  }
  if (mode === 'Always') {
    throw new KubeConfigError(
      `${where}: exec has the interactiveMode Always, and there is no terminal to ask at; use a plugin that needs none`,
    );
  }
  return {
    // As in kubectl: a path is relative to the file, a bare name is looked for in PATH.
    command: command.includes('/') ? resolve(dirname(path), command) : command,
    args: stringsField(exec, 'args'),
    env: objectsField(exec, 'env').map((one) => ({ name: stringField(one, 'name'), value: stringField(one, 'value') })),
    apiVersion,
    installHint: stringField(exec, 'installHint'),
    providesClusterInfo: booleanField(exec, 'provideClusterInfo', false),
  };
}

export interface ExecIssuerOptions {
  readonly plugin: ExecPlugin;
  /** Gives the `spec.cluster` of an ExecCredential. */
  readonly cluster: () => JsonObject;
  /** Names file and user in errors. */
  readonly where: string;
  /** Milliseconds that a request waits for the plugin. */
  readonly deadline?: number;
}

/** Runs a plugin when it is first needed, and again when its credentials have expired or were refused. */
export class ExecIssuer implements CredentialIssuer {
  readonly #plugin: ExecPlugin;
  readonly #cluster: () => JsonObject;
  readonly #where: string;
  readonly #deadline: number;
  /** Knows the last credentials, and when they expire. */
  #library: KubeConfig | undefined;
  /** A plugin that hangs is not started a second time. */
  #running: Promise<Credential> | undefined;

  constructor({ plugin, cluster, where, deadline = DEADLINE_MILLISECONDS }: ExecIssuerOptions) {
    this.#plugin = plugin;
    this.#cluster = cluster;
    this.#where = where;
    this.#deadline = deadline;
  }

  async issue(renew: boolean): Promise<Credential> {
    this.#running ??= this.#run(renew).finally(() => {
      this.#running = undefined;
    });
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(this.#error(`has not ended after ${this.#deadline / 1000} s`, 'run it by hand to see what it waits for'));
    }, this.#deadline);
    try {
      return await Promise.race([this.#running, promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  async #run(renew: boolean): Promise<Credential> {
    const known = renew ? undefined : this.#library;
    // What it remembers of a run that failed is not to be used.
    this.#library = undefined;
    const library = known ?? (await this.#load());
    const options: RequestOptions = { headers: {} };
    try {
      await library.applyToHTTPSOptions(options);
    } catch (error) {
      throw this.#failure(error);
    }
    const credential = readOptions(options);
    if (credential === undefined) throw this.#error('gave neither a token nor a client certificate with its key', LOOK);
    if (!isUsable(credential)) throw this.#error('gave a client certificate or key that is not usable', LOOK);
    this.#library = library;
    return credential;
  }

  /** Everybody else does without its 90 MB of memory. */
  async #load(): Promise<KubeConfig> {
    const { KubeConfig: Library } = await import('@kubernetes/client-node');
    const { command, args, env } = this.#plugin;
    const library = new Library();
    const exec = {
      command,
      args,
      env: [...env, { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(this.#execInfo()) }],
    };
    // Nothing connects to this server: of the library only the plugin's credentials are used.
    library.loadFromClusterAndUser(
      { name: 'cluster', server: 'https://localhost', skipTLSVerify: false },
      { name: 'user', exec },
    );
    return library;
  }

  #execInfo(): JsonObject {
    const { apiVersion, providesClusterInfo } = this.#plugin;
    const cluster = providesClusterInfo ? { cluster: this.#cluster() } : {};
    return { kind: 'ExecCredential', apiVersion, spec: { interactive: false, ...cluster } };
  }

  #failure(error: unknown): CredentialError {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'EACCES') {
      return this.#error(`cannot be run (${code})`, this.#plugin.installHint || 'install it, or correct exec.command');
    }
    // The messages of these quote what was printed, which may be a secret.
    if (error instanceof SyntaxError || error instanceof TypeError) {
      return this.#error('printed no ExecCredential', LOOK);
    }
    const said = error instanceof Error ? oneLine(error.message) : '';
    return this.#error(`failed: ${said || 'it said nothing'}`, 'run it by hand until it succeeds');
  }

  #error(what: string, todo: string): CredentialError {
    return new CredentialError(`${this.#where}: the plugin ${this.#plugin.command} ${what}; ${oneLine(todo)}`);
  }
}

const LOOK = 'run it by hand to see what it prints';

function isUsable({ certificate }: Credential): boolean {
  if (certificate === undefined) return true;
  try {
    process.getBuiltinModule('node:tls').createSecureContext(certificate);
    return true;
  } catch {
    return false;
  }
}

/** What the library puts into the options of a request. */
function readOptions({ headers, cert, key }: RequestOptions): Credential | undefined {
  const authorization = new Map(Object.entries(headers ?? {})).get('Authorization');
  const token = typeof authorization === 'string' ? authorization.replace(/^Bearer /, '') : undefined;
  const certificate =
    typeof cert === 'string' && typeof key === 'string'
      ? { cert: Buffer.from(cert), key: Buffer.from(key) }
      : undefined;
  return token === undefined && certificate === undefined ? undefined : { token, certificate };
}

// Log lines are one line, and a stack trace of Python is not worth more than its end.
const MAXIMUM_MESSAGE_LENGTH = 500;

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(-MAXIMUM_MESSAGE_LENGTH);
}
