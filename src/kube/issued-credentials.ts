/** What a program or an identity provider gave to show to the API server. */
export interface Credential {
  /** A bearer token. */
  readonly token: string | undefined;
  /** A client certificate and its key, in PEM form. */
  readonly certificate: { readonly cert: Buffer; readonly key: Buffer } | undefined;
}

/** Where credentials come from. */
export interface CredentialIssuer {
  /**
   * Credentials that have not expired: the last ones if possible, with `renew` others, because the server refused
   * those. Throws CredentialError.
   */
  issue(renew: boolean): Promise<Credential>;
}

/** There are no credentials; `message` is one line: which file, what is wrong, what to do. */
export class CredentialError extends Error {
  override readonly name = 'CredentialError';
}

// A server that refuses whatever it is shown must not make every request run a plugin or bother a provider.
const REPLACEMENT_MILLISECONDS = 10_000;

/** Credentials that are obtained when they are needed, because they live for minutes or hours only. */
export class IssuedCredentials {
  readonly #issuer: CredentialIssuer;
  readonly #now: () => number;
  #current: Credential = { token: undefined, certificate: undefined };
  #version = 0;
  #lastReplacement = -Infinity;
  /** Requests that come while the issuer works wait for the same answer. */
  #issuing: Promise<number> | undefined;

  /** `now`: milliseconds since 1970. */
  constructor(issuer: CredentialIssuer, now: () => number) {
    this.#issuer = issuer;
    this.#now = now;
  }

  /** Empty before `ready` has resolved. */
  get current(): Credential {
    return this.#current;
  }

  /**
   * Sees to it that `current` has not expired. Resolves with its version, which grows whenever it becomes another one.
   * Throws CredentialError.
   */
  ready(): Promise<number> {
    return this.#issue(false);
  }

  /**
   * As `ready`, after the server has refused the credentials of `version`: gets others, unless that has happened
   * already or a moment ago.
   */
  replace(version: number): Promise<number> {
    const isDue = this.#now() - this.#lastReplacement >= REPLACEMENT_MILLISECONDS;
    if (version !== this.#version || !isDue) return this.ready();
    this.#lastReplacement = this.#now();
    return this.#issue(true);
  }

  #issue(renew: boolean): Promise<number> {
    this.#issuing ??= this.#take(renew).finally(() => {
      this.#issuing = undefined;
    });
    return this.#issuing;
  }

  async #take(renew: boolean): Promise<number> {
    const credential = await this.#issuer.issue(renew);
    if (!isSame(credential, this.#current)) {
      this.#current = credential;
      this.#version++;
    }
    return this.#version;
  }
}

function isSame(a: Credential, b: Credential): boolean {
  if (a.token !== b.token || (a.certificate === undefined) !== (b.certificate === undefined)) return false;
  if (a.certificate === undefined || b.certificate === undefined) return true;
  return a.certificate.cert.equals(b.certificate.cert) && a.certificate.key.equals(b.certificate.key);
}
