import { connect, type TLSSocket } from 'node:tls';
import { testFile } from '../stream/testing.ts';
import { FLAG, FRAME, PREFACE, writeFrameHeader } from './frame.ts';

/** A frame as it came; the payload in hexadecimal. */
export type RawFrame = readonly [type: number, flags: number, stream: number, payload: string];

/** A client of HTTP/2 that does as it is told, right or wrong, and nothing by itself. For tests, against a server of dns.test. */
export class RawHttp2Client {
  readonly socket: TLSSocket;
  readonly frames: RawFrame[] = [];
  /** Octets in DATA frames. */
  dataLength = 0;
  #pending: Buffer = Buffer.alloc(0);

  private constructor(socket: TLSSocket) {
    this.socket = socket;
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#read(chunk));
  }

  /** A connection on which preface and settings have been said, unless `greeting` is something else. */
  static async connect(port: number, greeting: Buffer = GREETING): Promise<RawHttp2Client> {
    const client = new RawHttp2Client(
      connect({ host: '127.0.0.1', port, ca: testFile('ca.pem'), ALPNProtocols: ['h2'] }),
    );
    await new Promise((resolve) => client.socket.once('secureConnect', resolve));
    client.socket.write(greeting);
    return client;
  }

  #read(chunk: Buffer): void {
    this.#pending = Buffer.concat([this.#pending, chunk]);
    for (;;) {
      const octets = this.#pending;
      if (octets.length < 9) return;
      const end = 9 + octets.readUIntBE(0, 3);
      if (octets.length < end) return;
      const type = octets[3] ?? 0;
      this.frames.push([type, octets[4] ?? 0, octets.readUInt32BE(5), octets.toString('hex', 9, end)]);
      if (type === FRAME.DATA) this.dataLength += end - 9;
      this.#pending = octets.subarray(end);
    }
  }
}

export function rawFrame(type: number, flags: number, stream: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(9);
  writeFrameHeader(header, 0, payload.length, type, flags, stream);
  return Buffer.concat([header, payload]);
}

const GREETING = Buffer.concat([PREFACE, rawFrame(FRAME.SETTINGS, 0, 0)]);

/** The header block of `GET /dns-query?dns=eA`. */
export const getBlock: Buffer = Buffer.concat([Buffer.from([0x82, 0x87, 0x04, 17]), Buffer.from('/dns-query?dns=eA')]);

export function getRequest(stream: number): Buffer {
  return rawFrame(FRAME.HEADERS, FLAG.END_HEADERS | FLAG.END_STREAM, stream, getBlock);
}

export function widening(stream: number, increment: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(increment);
  return rawFrame(FRAME.WINDOW_UPDATE, 0, stream, payload);
}
