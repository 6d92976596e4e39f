/** The peer ended a connection before it answered. A query that was sent on a connection in use may simply be sent again. */
export class ConnectionClosed extends Error {}

/** The peer stayed silent. */
export class ReplyTimeout extends Error {}

/** What Go's runtime calls these errors: logs and alerts have known those words for years. */
const EXPLANATIONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EADDRNOTAVAIL: 'cannot assign requested address',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'connection reset by peer',
  EHOSTUNREACH: 'no route to host',
  EINVAL: 'invalid argument',
  EMSGSIZE: 'message too long',
  ENETUNREACH: 'network is unreachable',
  EPIPE: 'broken pipe',
  ETIMEDOUT: 'connection timed out',
};

/** The operating system's error in a few words. */
export function explain(error: Error): string {
  const code = 'code' in error ? String(error.code) : '';
  return EXPLANATIONS[code] ?? error.message;
}

/** The same for a code alone: ECONNREFUSED. */
export function explainCode(code: string): string {
  return EXPLANATIONS[code] ?? code;
}
