import { createSocket, type Socket } from 'node:dgram';
import { CLASS } from '../../src/dns/codes.ts';
import { decodeMessage } from '../../src/dns/decode.ts';
import { encodeMessage } from '../../src/dns/encode.ts';
import { createMessage, type Edns } from '../../src/dns/message.ts';
import { DomainName } from '../../src/dns/name.ts';
import { printRecord } from '../../src/dns/presentation.ts';
import { TYPE } from '../../src/dns/types.ts';

/** Long enough for a busy machine, and short enough for a test that waits for one answer that does not come. */
const PATIENCE = 5000;

/** Clients on many ports: the kernel chooses among sockets on one address by the client's port. */
export class Clients {
  readonly #sockets: readonly Socket[];
  readonly #server: { readonly address: string; readonly port: number };
  readonly #waiting = new Map<string, (answer: string) => void>();
  #lastId = 0;

  private constructor(sockets: readonly Socket[], server: { readonly address: string; readonly port: number }) {
    this.#sockets = sockets;
    this.#server = server;
    for (const [i, socket] of sockets.entries()) {
      socket.on('message', (octets) => {
        const { id, rcode, answers } = decodeMessage(octets);
        this.#waiting.get(`${i} ${id}`)?.(
          answers.length === 0 ? `rcode ${rcode}` : answers.map(printRecord).join('\n'),
        );
      });
    }
  }

  static async open(count: number, port: number, address = '127.0.0.1'): Promise<Clients> {
    const sockets = Array.from({ length: count }, () => createSocket(address.includes(':') ? 'udp6' : 'udp4'));
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => socket.bind(0, address, resolve))));
    return new Clients(sockets, { address, port });
  }

  /** Each client asks for the addresses of a name at the same time; the answers as text, `nothing` where none came. */
  async ask(name: string): Promise<readonly string[]> {
    const id = (this.#lastId = (this.#lastId + 1) & 0xffff);
    const question = { name: DomainName.parse(name), type: TYPE.A, class: CLASS.IN };
    const edns: Edns = { payloadSize: 8192, version: 0, flags: 0, dnssecOk: false, options: [] };
    const message = createMessage({ id, recursionDesired: true, questions: [question], edns });
    const octets = encodeMessage(message, { compress: false });
    return await Promise.all(this.#sockets.map((_, i) => this.#askFrom(i, id, octets)));
  }

  close(): void {
    for (const socket of this.#sockets) socket.close();
  }

  async #askFrom(i: number, id: number, octets: Uint8Array): Promise<string> {
    const { promise, resolve } = Promise.withResolvers<string>();
    const timer = setTimeout(() => resolve('nothing'), PATIENCE);
    this.#waiting.set(`${i} ${id}`, resolve);
    this.#sockets[i]?.send(octets, this.#server.port, this.#server.address);
    const answer = await promise;
    clearTimeout(timer);
    this.#waiting.delete(`${i} ${id}`);
    return answer;
  }
}
