import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import type { IssuedCredentials } from './issued-credentials.ts';

/** How to reach the API server and who to be there; made by in-cluster.ts, kubeconfig.ts or `endpointAccess`. */
export interface ApiAccess {
  /** Scheme, host, port, and a path prefix if there is one. */
  readonly server: URL;
  /** Undefined for plain http. */
  readonly tls: ApiTls | undefined;
  /** The namespace of the account or context. */
  readonly namespace: string;
  /** The value of the Authorization header for the next request; files behind it are read anew each time. */
  authorization(): string | undefined;
  /** Where `authorization` or the client certificate of `tls` have to be obtained before a request. */
  readonly issued?: IssuedCredentials;
}

/** How to speak TLS with the server. */
export interface ApiTls {
  /** Trusted authorities and client certificate, parsed. */
  readonly secureContext: SecureContext;
  /** Name to verify in place of the URL's host. */
  readonly servername: string | undefined;
  readonly rejectUnauthorized: boolean;
  /**
   * Reads the files behind it anew, which cert-manager, kubeadm or kubelet replace before certificates expire. True:
   * `secureContext` is another one now. Files that are away or half written change nothing.
   */
  renew(): boolean;
}

/** A PEM text, the file that has it, or what gives the one of the moment. */
export type Pem = Buffer | { readonly file: string; readonly what: string } | (() => Buffer | undefined);

/** Without `ca` the system's authorities are trusted; `cert` and `key` go together. */
export interface TlsMaterial {
  readonly ca: Pem | undefined;
  readonly cert: Pem | undefined;
  readonly key: Pem | undefined;
  readonly servername?: string | undefined;
  readonly rejectUnauthorized?: boolean;
}

/** Parses certificates and key, so that bad ones are found at the start; `where` starts the KubeConfigError. */
export function makeTls(material: TlsMaterial, where: string): ApiTls {
  const { ca, cert, key, servername, rejectUnauthorized = true } = material;
  if ((cert === undefined) !== (key === undefined)) {
    throw new KubeConfigError(`${where}: a client certificate and its key go together; give the one that is missing`);
  }
  const read = (): (Buffer | undefined)[] => [ca, cert, key].map((pem) => (pem === undefined ? pem : readPem(pem)));
  let texts = read();
  let secureContext = parsePem(texts, where);
  return {
    get secureContext() {
      return secureContext;
    },
    servername,
    rejectUnauthorized,
    renew: () => {
      try {
        const now = read();
        if (now.every((text, i) => isSame(text, texts[i]))) return false;
        secureContext = parsePem(now, where);
        texts = now;
        return true;
      } catch (error) {
        if (error instanceof KubeConfigError) return false;
        throw error;
      }
    },
  };
}

function isSame(a: Buffer | undefined, b: Buffer | undefined): boolean {
  return a === undefined || b === undefined ? a === b : a.equals(b);
}

/** The text of the moment; throws KubeConfigError when its file cannot be read. */
export function readPem(pem: Pem): Buffer | undefined {
  if (typeof pem === 'function') return pem();
  return Buffer.isBuffer(pem) ? pem : readConfigFile(pem.file, pem.what);
}

function parsePem([ca, cert, key]: readonly (Buffer | undefined)[], where: string): SecureContext {
  const { createSecureContext } = process.getBuiltinModule('node:tls');
  try {
    // createSecureContext takes a text without any certificate for an empty list of authorities.
    if (ca !== undefined) new X509Certificate(ca).toString();
    return createSecureContext({ ca, cert, key });
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new KubeConfigError(`${where}: a certificate or key is not usable (${reason}); check the PEM files`);
  }
}

/** A configuration that gives no access; `message` is one line: which file, what is wrong, what to do. */
export class KubeConfigError extends Error {
  override readonly name = 'KubeConfigError';
}

/**
 * A bearer token in a file that is replaced from time to time: kubelet renews it long before it expires. Requests are
 * rare (a few each minute), so the file is read for each; while it cannot be read the last token is used.
 */
export class TokenFile {
  readonly #path: string;
  #token: string;

  /** Throws KubeConfigError when the file cannot be read or is empty. */
  constructor(path: string) {
    this.#path = path;
    this.#token = readConfigFile(path, 'the token').toString('utf8').trim();
    if (this.#token === '') throw new KubeConfigError(`${path}: the token file is empty; write a bearer token into it`);
  }

  read(): string {
    try {
      const token = readFileSync(this.#path, 'utf8').trim();
      if (token !== '') this.#token = token;
    } catch {
      // In the middle of a rotation, or the volume is gone: the last token is the best that there is.
    }
    return this.#token;
  }
}

export interface EndpointOptions {
  /** `https://host:port`, `http://host:port`, or `host:port`: https when certificates are given, else http. */
  readonly url: string;
  readonly certFile?: string;
  readonly keyFile?: string;
  readonly caFile?: string;
}

/** Access to a named server, with client certificates or with none. Throws KubeConfigError. */
export function endpointAccess(options: EndpointOptions): ApiAccess {
  const { certFile, keyFile, caFile } = options;
  const hasFiles = certFile !== undefined || keyFile !== undefined || caFile !== undefined;
  const server = parseServer(options.url, hasFiles ? 'https' : 'http', 'endpoint');
  const pem = (file: string | undefined, what: string): Pem | undefined =>
    file === undefined ? undefined : { file, what };
  const material = {
    ca: pem(caFile, 'the certificate authority'),
    cert: pem(certFile, 'the client certificate'),
    key: pem(keyFile, 'the key of the client certificate'),
  };
  const isSecure = server.protocol === 'https:';
  // Files that are named have to be right even where they are not used.
  const tls = isSecure || hasFiles ? makeTls(material, 'tls') : undefined;
  return {
    server,
    tls: isSecure ? tls : undefined,
    namespace: 'default',
    authorization: () => undefined,
  };
}

/** Reads a server's URL; `where` starts the message of the KubeConfigError. */
export function parseServer(text: string, defaultScheme: 'http' | 'https', where: string): URL {
  const full = text.includes('://') ? text : `${defaultScheme}://${text}`;
  const url = URL.canParse(full) ? new URL(full) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new KubeConfigError(`${where}: server ${JSON.stringify(text)} is no URL; write https://HOST:PORT`);
  }
  return url;
}

/** The bytes of a file that a configuration names; `what` says for what. Throws KubeConfigError. */
export function readConfigFile(path: string, what: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    const reason = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new KubeConfigError(`${path}: ${what} cannot be read (${reason}); check the path and its permissions`);
  }
}
