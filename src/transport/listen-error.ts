import { endpointText } from './endpoint.ts';

/** An address that cannot be listened on; the message says which, why and what to do. */
export class ListenError extends Error {
  constructor(protocol: 'udp' | 'tcp', address: string | undefined, port: number, cause: unknown) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const where = `${protocol} ${endpointText(address, port)}`;
    super(
      `cannot listen on ${where}: ${EXPLANATIONS[code] ?? (cause instanceof Error ? cause.message : String(cause))}`,
      { cause },
    );
    this.name = 'ListenError';
  }
}

const EXPLANATIONS: Readonly<Record<string, string>> = {
  EADDRINUSE: 'another program listens there already; stop it or choose another port',
  EACCES: 'ports below 1024 need CAP_NET_BIND_SERVICE; run with it or choose a higher port',
  EADDRNOTAVAIL: 'this machine has no such address; name one that it has',
  EAFNOSUPPORT: 'this machine has no IPv6; bind to an IPv4 address',
};
