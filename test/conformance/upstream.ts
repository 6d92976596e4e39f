import { type Socket as UdpSocket, createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type Server, type Socket, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { decodeMessage } from '../../src/dns/decode.ts';
import type { ReceivedQuery, UpstreamRule } from './case.ts';
import { RuleBook } from './upstream-rules.ts';
import { encodeUpstreamReply, readReceived } from './wire.ts';

/** A DNS server that answers by a list of rules, over UDP and TCP at one port, and remembers what it was asked. */
export class Upstream implements AsyncDisposable {
  readonly address: string;
  /** What went wrong while answering, such as a rule with a record that cannot be read. */
  readonly problems: Set<string> = new Set();
  readonly #port: number;
  readonly #rules: RuleBook;
  readonly #connections = new Set<Socket>();
  #received: ReceivedQuery[] = [];
  #udp: UdpSocket | undefined;
  #tcp: Server | undefined;

  constructor(port: number, rules: readonly UpstreamRule[]) {
    this.#port = port;
    this.#rules = new RuleBook(rules);
    this.address = `127.0.0.1:${port}`;
  }

  /** What was asked since the last call of `forget`. */
  get received(): readonly ReceivedQuery[] {
    return this.#received;
  }

  forget(): void {
    this.#received = [];
  }

  async up(): Promise<void> {
    const udp = createSocket('udp4');
    udp.on('message', (packet, { port, address }) => {
      void this.#answer(packet, 'udp', (reply) => {
        if (reply !== undefined && this.#udp === udp) udp.send(reply, port, address, () => {});
      });
    });
    udp.on('error', () => {});
    const tcp = createServer((socket) => this.#serve(socket));
    udp.bind(this.#port, '127.0.0.1');
    tcp.listen(this.#port, '127.0.0.1');
    await Promise.all([once(udp, 'listening'), once(tcp, 'listening')]);
    this.#udp = udp;
    this.#tcp = tcp;
  }

  async down(): Promise<void> {
    const [udp, tcp] = [this.#udp, this.#tcp];
    this.#udp = undefined;
    this.#tcp = undefined;
    for (const socket of this.#connections) socket.destroy();
    await Promise.all([
      new Promise<void>((resolve) => (udp === undefined ? resolve() : udp.close(resolve))),
      new Promise<void>((resolve) => (tcp === undefined ? resolve() : tcp.close(() => resolve()))),
    ]);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.down();
  }

  #serve(socket: Socket): void {
    this.#connections.add(socket);
    socket.on('close', () => this.#connections.delete(socket));
    socket.on('error', () => {});
    let pending = Buffer.alloc(0);
    socket.on('data', (chunk) => {
      pending = Buffer.concat([pending, chunk]);
      while (pending.length >= 2 && pending.length >= 2 + pending.readUInt16BE(0)) {
        const end = 2 + pending.readUInt16BE(0);
        const packet = pending.subarray(2, end);
        pending = pending.subarray(end);
        void this.#answer(packet, 'tcp', (reply) => {
          if (reply === undefined) socket.destroy();
          else if (!socket.destroyed)
            socket.write(Buffer.concat([Uint8Array.of(reply.length >> 8, reply.length & 0xff), reply]));
        });
      }
    });
  }

  /** `send` without a reply ends the connection, where there is one. */
  async #answer(packet: Buffer, transport: 'udp' | 'tcp', send: (reply?: Uint8Array) => void): Promise<void> {
    try {
      await this.#answerByRule(packet, transport, send);
    } catch (error) {
      this.problems.add(error instanceof Error ? error.message : String(error));
    }
  }

  async #answerByRule(packet: Buffer, transport: 'udp' | 'tcp', send: (reply?: Uint8Array) => void): Promise<void> {
    const query = decodeMessage(packet);
    const received = readReceived(query, transport);
    this.#received.push(received);
    const rule = this.#rules.find(received);
    if (rule?.delay_ms !== undefined) await sleep(rule.delay_ms);
    if (rule?.drop === true) return;
    if (rule?.close === true) return send();
    if (rule?.garbage !== undefined) return send(Buffer.from(rule.garbage, 'hex'));
    send(encodeUpstreamReply(query, rule, rule?.truncate_udp === true && transport === 'udp'));
  }
}
