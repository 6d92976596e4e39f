import { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Server, TlsOptions, TLSSocket } from 'node:tls';

/**
 * What is asked of clients about their certificates: nothing, one to look at (`requested`), any one (`required`), one that an authority vouches
 * for if there is one (`verified-if-given`), or one that an authority vouches for (`verified`).
 */
export type ClientCertificates = 'ignored' | 'requested' | 'required' | 'verified-if-given' | 'verified';

/** What a TLS server shows and wants. A renewed certificate is another object. */
export interface ServerTls {
  /** PEM texts; several certificates make a chain. */
  readonly certificate: string;
  readonly key: string;
  /** Authorities that may vouch for clients, PEM texts; undefined: those that Node.js brings. */
  readonly authorities: readonly string[] | undefined;
  readonly clientCertificates: ClientCertificates;
  /** Takes lines in the format of SSLKEYLOGFILE, each with its line break. */
  readonly logKeys: ((line: Buffer) => void) | undefined;
}

/** Does TLS handshakes on connections that were accepted elsewhere. */
export class TlsAcceptor {
  readonly #protocols: readonly string[];
  /** Does the handshakes under certain terms; it never listens itself. */
  #server: Server | undefined;
  #tls: ServerTls | undefined;
  #handshakeTimeout = 0;
  /** Who waits for the handshake of which connection. */
  readonly #handshakes = new Map<string, (socket: TLSSocket) => void>();

  constructor(protocols: readonly string[]) {
    this.#protocols = protocols;
  }

  /** Calls `secured` when the handshake is done and the client's certificate is as wanted; destroys the socket otherwise. */
  accept(socket: Socket, tls: ServerTls, handshakeTimeout: number, secured: (socket: TLSSocket) => void): void {
    if (this.#server === undefined || this.#tls !== tls || this.#handshakeTimeout !== handshakeTimeout) {
      this.#tls = tls;
      this.#handshakeTimeout = handshakeTimeout;
      this.#server = this.#makeServer(tls, handshakeTimeout);
    }
    const key = connectionKey(socket);
    this.#handshakes.set(key, secured);
    socket.once('close', () => this.#handshakes.delete(key));
    this.#server.emit('connection', socket);
  }

  #makeServer(tls: ServerTls, handshakeTimeout: number): Server {
    // Asked for by name only here: a server without TLS does not pay for the module.
    const { createServer } = process.getBuiltinModule('node:tls');
    const server = createServer({
      ...serverOptions(tls),
      ALPNProtocols: [...this.#protocols],
      handshakeTimeout,
    });
    server.on('secureConnection', (socket) => {
      const key = connectionKey(socket);
      const secured = this.#handshakes.get(key);
      this.#handshakes.delete(key);
      if (secured === undefined || !isWelcome(socket, tls.clientCertificates)) socket.destroy();
      else secured(socket);
    });
    // A handshake that fails, or takes too long, concerns one client.
    server.on('tlsClientError', (_error, socket) => socket.destroy());
    if (tls.logKeys !== undefined) server.on('keylog', tls.logKeys);
    return server;
  }
}

/** Throws when certificate, key and authorities are none, or do not belong together. */
export function checkServerTls(tls: ServerTls): void {
  // Node.js takes a text without a certificate for an authority's without a word.
  for (const authority of tls.authorities ?? []) void new X509Certificate(authority);
  process.getBuiltinModule('node:tls').createSecureContext(serverOptions(tls));
}

function serverOptions(tls: ServerTls): TlsOptions {
  const { certificate, key, authorities, clientCertificates } = tls;
  return {
    cert: certificate,
    key,
    ...(authorities === undefined ? {} : { ca: [...authorities] }),
    requestCert: clientCertificates !== 'ignored',
    // Node.js refuses clients itself only where every one of them has to have a good certificate.
    rejectUnauthorized: clientCertificates === 'verified',
    minVersion: 'TLSv1.2',
  };
}

/** The same for a connection before and after its handshake: both are one TCP connection. */
function connectionKey(socket: Socket): string {
  return `${socket.remoteAddress} ${socket.remotePort} ${socket.localAddress}`;
}

function isWelcome(socket: TLSSocket, wanted: ClientCertificates): boolean {
  if (wanted === 'ignored' || wanted === 'requested') return true;
  if (wanted === 'verified') return socket.authorized;
  const given = socket.getPeerX509Certificate() !== undefined;
  return wanted === 'required' ? given : !given || socket.authorized;
}
