import { createSocket, type RemoteInfo, type Socket as DatagramSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { decodeMessage } from '../../dns/decode.ts';
import { encodeMessage } from '../../dns/encode.ts';
import { createMessage, type Message } from '../../dns/message.ts';

/** What a scripted upstream does with a query: answer by a message or by these octets, close the connection, or nothing. */
export type ScriptedAnswer = Message | Uint8Array | 'close' | undefined;

export type Script = (query: Message, via: 'udp' | 'tcp') => ScriptedAnswer | Promise<ScriptedAnswer>;

/** A DNS server on a free port of 127.0.0.1, UDP and TCP, that does what its script says. For tests. */
export class ScriptedUpstream implements AsyncDisposable {
  readonly port: number;
  /** What it was asked, `udp example.org.`, in order. */
  readonly received: string[] = [];
  /** TCP or TLS connections that it has accepted. */
  accepted = 0;
  script: Script;
  /** In place of the script, for datagrams: `send` answers, as often as it is called. */
  onDatagram: ((octets: Buffer, send: (answer: Uint8Array) => void, peer: RemoteInfo) => void) | undefined;
  readonly #server: Server;
  readonly #datagrams: DatagramSocket;
  readonly #connections = new Set<Socket>();
  #closed = false;

  private constructor(server: Server, datagrams: DatagramSocket, script: Script) {
    this.port = portOf(server);
    this.script = script;
    this.#server = server;
    this.#datagrams = datagrams;
    datagrams.on('message', (octets, peer) => {
      const send = (answer: Uint8Array): void => {
        if (!this.#closed) datagrams.send(answer, peer.port, peer.address, () => {});
      };
      if (this.onDatagram === undefined) void this.#answer(octets, 'udp', send, () => {});
      else this.onDatagram(octets, send, peer);
    });
    server.on('connection', (socket: Socket) => {
      this.accepted++;
      this.#connections.add(socket);
      socket.on('error', () => {});
    });
  }

  /** With `tls`, a certificate and its key in PEM format, the stream side speaks TLS. */
  static async open(script: Script, tls?: { readonly cert: string; readonly key: string }): Promise<ScriptedUpstream> {
    for (;;) {
      const server = tls === undefined ? createTcpServer() : createTlsServer(tls);
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const datagrams = createSocket('udp4');
      try {
        datagrams.bind(portOf(server), '127.0.0.1');
        await once(datagrams, 'listening');
      } catch {
        server.close();
        continue;
      }
      const upstream = new ScriptedUpstream(server, datagrams, script);
      server.on(tls === undefined ? 'connection' : 'secureConnection', (socket: Socket) => upstream.#serve(socket));
      return upstream;
    }
  }

  /** Cuts every connection. */
  disconnect(): void {
    for (const socket of this.#connections) socket.destroy();
    this.#connections.clear();
  }

  async close(): Promise<void> {
    this.disconnect();
    this.#closed = true;
    this.#datagrams.close();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #serve(socket: Socket): void {
    let rest = Buffer.alloc(0);
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => {
      rest = Buffer.concat([rest, chunk]);
      while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
        const end = 2 + rest.readUInt16BE(0);
        const query = rest.subarray(2, end);
        rest = rest.subarray(end);
        const send = (answer: Uint8Array): void => void socket.write(Buffer.concat([lengthOf(answer), answer]));
        void this.#answer(query, 'tcp', send, () => socket.destroy());
      }
    });
  }

  async #answer(
    octets: Uint8Array,
    via: 'udp' | 'tcp',
    send: (answer: Uint8Array) => void,
    close: () => void,
  ): Promise<void> {
    const query = decodeMessage(octets);
    this.received.push(`${via} ${query.questions[0]?.name.text}`);
    const answer = await this.script(query, via);
    if (answer === undefined) return;
    if (answer === 'close') close();
    else send(answer instanceof Uint8Array ? answer : encodeMessage(answer, { compress: false }));
  }
}

/** A response to `query` with what `parts` say. */
export function respond(query: Message, parts: Partial<Message> = {}): Message {
  const { id, questions, recursionDesired } = query;
  return createMessage({ id, questions, recursionDesired, response: true, recursionAvailable: true, ...parts });
}

function lengthOf(octets: Uint8Array): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(octets.length);
  return length;
}

/** The port that a server listens on. */
export function portOf(server: { address(): ReturnType<Server['address']> }): number {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('the server does not listen on a port');
  return address.port;
}
