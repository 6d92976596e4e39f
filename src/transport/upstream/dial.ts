import { connect as connectTcp, type Socket } from 'node:net';
import type { SecureContext } from 'node:tls';

/** Long enough for a lost SYN (sent again after 1 s) and a TLS handshake; two such upstreams leave time for a third. In milliseconds. */
export const DIAL_TIMEOUT = 2000;

/** Where a link leads and how it is made. */
export interface DialTarget {
  /** An IPv4 or IPv6 address without brackets; link-local ones may have a zone: `fe80::1%eth0`. */
  readonly address: string;
  readonly port: number;
  /** The address to send from; undefined leaves the choice to the operating system. */
  readonly sourceAddress: string | undefined;
  /** Undefined for plain DNS. */
  readonly tls: TlsTarget | undefined;
}

export interface TlsTarget {
  /** Certificates, keys and versions. */
  readonly context: SecureContext;
  /** The name that the server's certificate has to carry; undefined: its address. */
  readonly serverName: string | undefined;
}

/** Begins a connection to the target: `connect` tells of TCP's, `secureConnect` of TLS's. */
export function dial(
  target: DialTarget,
  tlsOptions: { readonly session?: Buffer; readonly ALPNProtocols?: string[] },
): Socket {
  const { address: host, port, sourceAddress, tls } = target;
  const where = { host, port, ...(sourceAddress === undefined ? {} : { localAddress: sourceAddress }) };
  if (tls === undefined) return connectTcp(where);
  const name = tls.serverName === undefined ? {} : { servername: tls.serverName };
  // Servers that speak plain DNS only save TLS's 3 MB.
  const { connect: connectTls } = process.getBuiltinModule('node:tls');
  return connectTls({ ...where, ...tlsOptions, ...name, secureContext: tls.context });
}
