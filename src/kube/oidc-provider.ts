import { dirname, resolve } from 'node:path';
import { KubeConfigError, readConfigFile } from './access.ts';
import { type Credential, CredentialError, type CredentialIssuer } from './issued-credentials.ts';
import { DecodeError, isJsonObject, type JsonObject, objectField, stringField, stringsField } from './json.ts';
import { askProvider, type ProviderResponse } from './provider-request.ts';
import { TransportError } from './transport-error.ts';

/** An identity provider, and the tokens of somebody who has logged in there. */
export interface OidcSettings {
  readonly issuer: URL;
  readonly clientId: string;
  /** Empty for a public client. */
  readonly clientSecret: string;
  readonly idToken: string;
  /** Empty for none. */
  readonly refreshToken: string;
  /** Authorities to trust in place of the system's. */
  readonly ca: Buffer | undefined;
}

/**
 * Reads `auth-provider` of a user; `where` names file and user, `path` is the file. `extra-scopes` is for logging in: a
 * refreshed token has the scopes of the first one (RFC 6749 §6). Throws KubeConfigError.
 */
export function readOidcSettings(path: string, provider: JsonObject, where: string): OidcSettings {
  const name = stringField(provider, 'name');
  if (name !== 'oidc') {
    throw new KubeConfigError(
      `${where}: auth-provider ${JSON.stringify(name)} is not supported, by kubectl neither; use oidc or an exec plugin`,
    );
  }
  const config = objectField(provider, 'config');
  const issuer = stringField(config, 'idp-issuer-url');
  if (!/^https?:\/\//.test(issuer) || !URL.canParse(issuer)) {
    throw new KubeConfigError(
      `${where}: auth-provider has the idp-issuer-url ${JSON.stringify(issuer)}; write the https:// URL of the identity provider`,
    );
  }
  const clientId = stringField(config, 'client-id');
  if (clientId === '') {
    throw new KubeConfigError(`${where}: auth-provider has no client-id; write the one that the provider knows`);
  }
  return {
    issuer: new URL(issuer),
    clientId,
    clientSecret: stringField(config, 'client-secret'),
    idToken: stringField(config, 'id-token'),
    refreshToken: stringField(config, 'refresh-token'),
    ca: readAuthority(path, config),
  };
}

function readAuthority(path: string, config: JsonObject): Buffer | undefined {
  const data = stringField(config, 'idp-certificate-authority-data');
  if (data !== '') return Buffer.from(data, 'base64');
  const file = stringField(config, 'idp-certificate-authority');
  return file === '' ? undefined : readConfigFile(resolve(dirname(path), file), 'idp-certificate-authority');
}

// As kubectl: a request that leaves now should still be in time when it arrives.
const EXPIRY_LEEWAY_MILLISECONDS = 10_000;

export interface OidcIssuerOptions {
  readonly initial: OidcSettings;
  /** What the kubeconfig file says now; throws KubeConfigError or DecodeError. */
  readonly readAnew: () => OidcSettings;
  /** Names file and user in errors. */
  readonly where: string;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/**
 * ID tokens of an OpenID Connect provider, refreshed (OpenID Connect Core 1.0 §12) when they have expired or were
 * refused. The tokens are kept in memory: the kubeconfig file, which may be read-only and others' too, is not written.
 */
export class OidcIssuer implements CredentialIssuer {
  readonly #readAnew: () => OidcSettings;
  readonly #where: string;
  readonly #now: () => number;
  #settings: OidcSettings;
  #idToken: string;
  #refreshToken: string;

  constructor({ initial, readAnew, where, now }: OidcIssuerOptions) {
    this.#readAnew = readAnew;
    this.#where = where;
    this.#now = now;
    this.#settings = initial;
    this.#idToken = initial.idToken;
    this.#refreshToken = initial.refreshToken;
  }

  async issue(renew: boolean): Promise<Credential> {
    let isRefused = renew;
    if ((isRefused || this.#isExpired()) && this.#takeFromFile()) isRefused = false;
    if (isRefused || this.#isExpired()) await this.#refresh();
    return { token: this.#idToken, certificate: undefined };
  }

  #isExpired(): boolean {
    return this.#now() + EXPIRY_LEEWAY_MILLISECONDS >= expiryOf(this.#idToken);
  }

  /** Somebody may have logged in anew, and kubectl writes there what it has refreshed. True: there are other tokens. */
  #takeFromFile(): boolean {
    const before = this.#settings;
    try {
      this.#settings = this.#readAnew();
    } catch (error) {
      if (!(error instanceof KubeConfigError || error instanceof DecodeError)) throw error;
      // In the middle of being replaced: what is known is the best that there is.
      return false;
    }
    const { idToken, refreshToken } = this.#settings;
    if (idToken === before.idToken && refreshToken === before.refreshToken) return false;
    this.#idToken = idToken;
    this.#refreshToken = refreshToken;
    return true;
  }

  async #refresh(): Promise<void> {
    if (this.#refreshToken === '') {
      throw this.#error('the id-token has expired or is refused, and there is no refresh-token', LOG_IN);
    }
    try {
      const { body, status } = await this.#askForTokens();
      if (status !== 200 || body === undefined) throw this.#refusal(status, body);
      const idToken = stringField(body, 'id_token');
      if (idToken === '') throw this.#error('the provider gave no id_token', 'log in with the scope openid');
      this.#idToken = idToken;
      // Without a new one the old one stays good (RFC 6749 §6).
      this.#refreshToken = stringField(body, 'refresh_token') || this.#refreshToken;
    } catch (error) {
      if (error instanceof TransportError) throw this.#error(error.message, 'check idp-issuer-url and the network');
      if (error instanceof DecodeError)
        throw this.#error(`the provider's answer: ${error.message}`, 'check idp-issuer-url');
      throw error;
    }
  }

  async #askForTokens(): Promise<ProviderResponse> {
    const { clientId, clientSecret, ca } = this.#settings;
    const { endpoint, secretInBody } = await this.#discover();
    const form = new URLSearchParams({ grant_type: 'refresh_token', refresh_token: this.#refreshToken });
    if (clientSecret === '' || secretInBody) form.set('client_id', clientId);
    if (clientSecret !== '' && secretInBody) form.set('client_secret', clientSecret);
    const headers = clientSecret === '' || secretInBody ? {} : { authorization: basic(clientId, clientSecret) };
    return askProvider({ url: endpoint, headers, form, ca });
  }

  /** OpenID Connect Discovery 1.0 §4. */
  async #discover(): Promise<{ endpoint: URL; secretInBody: boolean }> {
    const { issuer, ca } = this.#settings;
    const url = new URL(`${issuer.href.replace(/\/$/, '')}/.well-known/openid-configuration`);
    const { status, body } = await askProvider({ url, headers: {}, form: undefined, ca });
    if (status !== 200 || body === undefined) {
      throw this.#error(`${url.href} answered with status ${status} and no configuration`, 'check idp-issuer-url');
    }
    const endpoint = stringField(body, 'token_endpoint');
    if (!URL.canParse(endpoint)) throw this.#error(`${url.href} names no token_endpoint`, 'check idp-issuer-url');
    // Without the member it is client_secret_basic.
    const methods = stringsField(body, 'token_endpoint_auth_methods_supported');
    const secretInBody = methods.length > 0 && !methods.includes('client_secret_basic');
    return { endpoint: new URL(endpoint), secretInBody };
  }

  /** RFC 6749 §5.2. */
  #refusal(status: number, body: JsonObject | undefined): CredentialError {
    const code = typeof body?.['error'] === 'string' ? body['error'] : '';
    const text = typeof body?.['error_description'] === 'string' ? body['error_description'] : '';
    const why = [code, text].filter((part) => part !== '').join(': ') || `status ${status}`;
    const todo = code === 'invalid_client' ? 'check client-id and client-secret' : LOG_IN;
    return this.#error(`the provider gave no tokens (${why.replaceAll(/\s+/g, ' ').slice(0, 300)})`, todo);
  }

  #error(what: string, todo: string): CredentialError {
    return new CredentialError(`${this.#where}: auth-provider: ${what}; ${todo}`);
  }
}

const LOG_IN = 'log in again, so that the kubeconfig holds new tokens';

/** RFC 6749 §2.3.1: both are encoded as in a form before they are joined. */
function basic(clientId: string, clientSecret: string): string {
  const encode = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encode(clientId)}:${encode(clientSecret)}`).toString('base64')}`;
}

/** When a JSON Web Token expires, in milliseconds since 1970 (RFC 7519 §4.1.4); 0 for what is none. */
function expiryOf(token: string): number {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    const seconds = isJsonObject(claims) ? claims['exp'] : undefined;
    return typeof seconds === 'number' ? seconds * 1000 : 0;
  } catch {
    return 0;
  }
}
