/** A request that got no answer, or only a part of one; `message` names the cause as Go programs print it. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** The system's code, `ECONNREFUSED`, `ETIMEDOUT` for silence; empty when there is none. */
  readonly code: string;

  constructor(message: string, code: string) {
    super(message);
    this.code = code;
  }

  /** Wraps what node reports: `Get "URL": dial tcp 10.96.0.1:443: connect: connection refused`. */
  static from(error: unknown, url: string): TransportError {
    if (error instanceof TransportError) return error;
    const cause = firstCause(error);
    const code = text(cause, 'code');
    return new TransportError(`Get "${url}": ${describe(cause, code)}`, code);
  }
}

const UNKNOWN_AUTHORITY = 'tls: failed to verify certificate: x509: certificate signed by unknown authority';

const WORDS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connect: connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'connect: no route to host',
  ENETUNREACH: 'connect: network is unreachable',
  ETIMEDOUT: 'i/o timeout',
  EPIPE: 'write: broken pipe',
  SELF_SIGNED_CERT_IN_CHAIN: UNKNOWN_AUTHORITY,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNKNOWN_AUTHORITY,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN_AUTHORITY,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN_AUTHORITY,
  CERT_HAS_EXPIRED: 'tls: failed to verify certificate: x509: certificate has expired or is not yet valid',
};

function describe(error: unknown, code: string): string {
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `dial tcp: lookup ${text(error, 'hostname')}: no such host`;
  const words = WORDS[code] ?? (error instanceof Error ? error.message : String(error));
  const address = text(error, 'address');
  return address === ''
    ? words
    : `dial tcp ${address.includes(':') ? `[${address}]` : address}:${text(error, 'port')}: ${words}`;
}

/** A name with several addresses fails with one error for each; they rarely differ. */
function firstCause(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const errors: readonly unknown[] = error.errors;
  return errors[0] ?? error;
}

function text(error: unknown, key: string): string {
  if (typeof error !== 'object' || error === null) return '';
  const value: unknown = Reflect.get(error, key);
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
