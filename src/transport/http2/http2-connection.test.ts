import { afterEach, describe, expect, it } from 'vitest';
import { HttpsListener } from '../https/https-listener.ts';
import { testTls } from '../stream/testing.ts';
import { ERROR, FLAG, FRAME, PREFACE, SETTING } from './frame.ts';
import { getBlock, getRequest, rawFrame, RawHttp2Client, widening } from './testing.ts';

const listeners: HttpsListener[] = [];
const clients: RawHttp2Client[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.socket.destroy();
  await Promise.all(listeners.splice(0).map((listener) => listener.close()));
});

/** A client of a server that answers after 50 ms, so that streams stay open for a while. */
async function connect(greeting?: Buffer): Promise<RawHttp2Client> {
  const limits = {
    readTimeout: 1000,
    writeTimeout: 1000,
    idleTimeout: 1000,
    maximumConnections: Infinity,
    maximumStreams: 250,
  };
  const listener = await HttpsListener.open(
    { address: '127.0.0.1', port: 0, exclusive: false },
    () => ({ limits, tls: testTls() }),
    (octets, _client, _local, answer) => setTimeout(() => answer(octets), 50),
    () => {},
  );
  listeners.push(listener);
  const client = await RawHttp2Client.connect(listener.port, greeting);
  clients.push(client);
  return client;
}

const WHOLE = FLAG.END_HEADERS | FLAG.END_STREAM;

function headers(stream: number, block: string | Buffer, flags: number = WHOLE): Buffer {
  return rawFrame(FRAME.HEADERS, flags, stream, typeof block === 'string' ? Buffer.from(block, 'hex') : block);
}

function settings(id: number, value: number): Buffer {
  const payload = Buffer.alloc(6);
  payload.writeUInt16BE(id);
  payload.writeUInt32BE(value, 2);
  return rawFrame(FRAME.SETTINGS, 0, 0, payload);
}

/** `name: value` as a literal that is not put into the table. */
function literal(name: string, value: string): string {
  const text = (part: string): string =>
    `${part.length.toString(16).padStart(2, '0')}${Buffer.from(part).toString('hex')}`;
  return `00${text(name)}${text(value)}`;
}

/** `:method: POST`, `:scheme: https`, `:path: /dns-query`. */
const POST = `8387040a${Buffer.from('/dns-query').toString('hex')}`;
const GET = getBlock.toString('hex');
const open = headers(1, POST, FLAG.END_HEADERS);

/** A frame of 16 KiB that continues a header block. */
const more = rawFrame(FRAME.CONTINUATION, 0, 1, Buffer.alloc(16_384));

describe('ends the connection for', () => {
  it.each<[what: string, code: number, octets: readonly Buffer[]]>([
    ['a frame that is too long', ERROR.FRAME_SIZE_ERROR, [Buffer.from('004001000000000001', 'hex')]],
    ['HEADERS without a stream', ERROR.PROTOCOL_ERROR, [headers(0, getBlock)]],
    ['HEADERS on a stream of the server', ERROR.PROTOCOL_ERROR, [headers(2, getBlock)]],
    ['more padding than payload', ERROR.PROTOCOL_ERROR, [headers(1, '0582', WHOLE | FLAG.PADDED)]],
    ['padding without a length', ERROR.FRAME_SIZE_ERROR, [headers(1, '', WHOLE | FLAG.PADDED)]],
    ['a priority that is cut off', ERROR.FRAME_SIZE_ERROR, [headers(1, '000000', WHOLE | FLAG.PRIORITY)]],
    ['a header block that is none', ERROR.COMPRESSION_ERROR, [headers(1, '80')]],
    ['another frame within a header block', ERROR.PROTOCOL_ERROR, [headers(1, '82', 0), getRequest(3)]],
    ['CONTINUATION of another stream', ERROR.PROTOCOL_ERROR, [headers(1, '82', 0), rawFrame(FRAME.CONTINUATION, 4, 3)]],
    ['CONTINUATION of nothing', ERROR.PROTOCOL_ERROR, [rawFrame(FRAME.CONTINUATION, 4, 1)]],
    ['a header block without end', ERROR.ENHANCE_YOUR_CALM, [headers(1, '82', 0), ...Array<Buffer>(12).fill(more)]],
    ['DATA without a stream', ERROR.PROTOCOL_ERROR, [rawFrame(FRAME.DATA, 0, 0)]],
    ['DATA before HEADERS', ERROR.PROTOCOL_ERROR, [rawFrame(FRAME.DATA, 0, 1)]],
    ['RST_STREAM before HEADERS', ERROR.PROTOCOL_ERROR, [rawFrame(FRAME.RST_STREAM, 0, 1, Buffer.alloc(4))]],
    ['RST_STREAM of another length', ERROR.FRAME_SIZE_ERROR, [open, rawFrame(FRAME.RST_STREAM, 0, 1, Buffer.alloc(3))]],
    ['a window that does not grow', ERROR.PROTOCOL_ERROR, [widening(0, 0)]],
    ['a window that grows too wide', ERROR.FLOW_CONTROL_ERROR, [widening(0, 0x7fff_ffff)]],
    ['WINDOW_UPDATE before HEADERS', ERROR.PROTOCOL_ERROR, [widening(1, 1)]],
    ['WINDOW_UPDATE of another length', ERROR.FRAME_SIZE_ERROR, [rawFrame(FRAME.WINDOW_UPDATE, 0, 0, Buffer.alloc(5))]],
    ['SETTINGS of a stream', ERROR.PROTOCOL_ERROR, [rawFrame(FRAME.SETTINGS, 0, 1)]],
    ['SETTINGS of another length', ERROR.FRAME_SIZE_ERROR, [rawFrame(FRAME.SETTINGS, 0, 0, Buffer.alloc(5))]],
    [
      'an acknowledgement that says something',
      ERROR.FRAME_SIZE_ERROR,
      [rawFrame(FRAME.SETTINGS, FLAG.ACK, 0, Buffer.alloc(6))],
    ],
    ['ENABLE_PUSH of 2', ERROR.PROTOCOL_ERROR, [settings(SETTING.ENABLE_PUSH, 2)]],
    ['a MAX_FRAME_SIZE that is too small', ERROR.PROTOCOL_ERROR, [settings(SETTING.MAX_FRAME_SIZE, 16_383)]],
    [
      'an INITIAL_WINDOW_SIZE that is too large',
      ERROR.FLOW_CONTROL_ERROR,
      [settings(SETTING.INITIAL_WINDOW_SIZE, 0x8000_0000)],
    ],
    ['PING of a stream', ERROR.PROTOCOL_ERROR, [rawFrame(FRAME.PING, 0, 1, Buffer.alloc(8))]],
    ['PING of another length', ERROR.FRAME_SIZE_ERROR, [rawFrame(FRAME.PING, 0, 0, Buffer.alloc(7))]],
    ['PRIORITY without a stream', ERROR.PROTOCOL_ERROR, [rawFrame(FRAME.PRIORITY, 0, 0, Buffer.alloc(5))]],
    ['GOAWAY of a stream', ERROR.PROTOCOL_ERROR, [rawFrame(FRAME.GOAWAY, 0, 1, Buffer.alloc(8))]],
    ['PUSH_PROMISE', ERROR.PROTOCOL_ERROR, [rawFrame(FRAME.PUSH_PROMISE, 0, 1, Buffer.alloc(8))]],
    ['frames for nothing', ERROR.ENHANCE_YOUR_CALM, [open, ...Array<Buffer>(10_001).fill(rawFrame(FRAME.DATA, 0, 1))]],
  ])('%s', async (_what, code, octets) => {
    const client = await connect();
    client.socket.write(Buffer.concat(octets));
    await expect.poll(() => client.frames.find(([type]) => type === FRAME.GOAWAY)?.[3].slice(8)).toBe(hex(code));
    await new Promise((resolve) => (client.socket.readableEnded ? resolve(0) : client.socket.once('end', resolve)));
  });

  it('a client that speaks something else', async () => {
    const client = await connect(Buffer.from('GET / HTTP/1.1\r\nhost: x\r\n\r\n'));
    await expect.poll(() => client.frames.at(-1)?.[3].slice(8)).toBe(hex(ERROR.PROTOCOL_ERROR));
  });
});

describe('ends the stream, and no other, for', () => {
  it.each<[what: string, code: number, octets: readonly Buffer[]]>([
    ['a request without a method', ERROR.PROTOCOL_ERROR, [headers(1, '8784')]],
    ['a request without a path', ERROR.PROTOCOL_ERROR, [headers(1, '8287')]],
    ['a request without a scheme', ERROR.PROTOCOL_ERROR, [headers(1, '8284')]],
    ['two paths', ERROR.PROTOCOL_ERROR, [headers(1, `${GET}84`)]],
    ['a pseudo-field behind others', ERROR.PROTOCOL_ERROR, [headers(1, `8287${literal('a', 'b')}84`)]],
    ['a pseudo-field of responses', ERROR.PROTOCOL_ERROR, [headers(1, `88${GET}`)]],
    ['a name in capitals', ERROR.PROTOCOL_ERROR, [headers(1, `${GET}${literal('Accept', '*/*')}`)]],
    ['a field about the connection', ERROR.PROTOCOL_ERROR, [headers(1, `${GET}${literal('connection', 'close')}`)]],
    ['TE of something else', ERROR.PROTOCOL_ERROR, [headers(1, `${GET}${literal('te', 'gzip')}`)]],
    ['a length that is none', ERROR.PROTOCOL_ERROR, [headers(1, `${GET}${literal('content-length', 'x')}`)]],
    [
      'two lengths',
      ERROR.PROTOCOL_ERROR,
      [headers(1, `${POST}${literal('content-length', '0')}${literal('content-length', '1')}`)],
    ],
    [
      'a body of another length',
      ERROR.PROTOCOL_ERROR,
      [
        headers(1, `${POST}${literal('content-length', '2')}`, FLAG.END_HEADERS),
        rawFrame(FRAME.DATA, FLAG.END_STREAM, 1, Buffer.from('x')),
      ],
    ],
    ['trailers that end nothing', ERROR.PROTOCOL_ERROR, [open, headers(1, literal('a', 'b'), FLAG.END_HEADERS)]],
    ['trailers with a pseudo-field', ERROR.PROTOCOL_ERROR, [open, headers(1, '82')]],
    ['HEADERS after the end', ERROR.STREAM_CLOSED, [getRequest(1), headers(1, literal('a', 'b'))]],
    ['DATA after the end', ERROR.STREAM_CLOSED, [getRequest(1), rawFrame(FRAME.DATA, 0, 1)]],
    [
      'more octets than allowed',
      ERROR.FLOW_CONTROL_ERROR,
      [
        open,
        ...Array<Buffer>(600).fill(rawFrame(FRAME.DATA, FLAG.PADDED, 1, Buffer.from([255, ...Buffer.alloc(255)]))),
      ],
    ],
    ['a window that does not grow', ERROR.PROTOCOL_ERROR, [getRequest(1), widening(1, 0)]],
    ['a window that grows too wide', ERROR.FLOW_CONTROL_ERROR, [getRequest(1), widening(1, 0x7fff_ffff)]],
    ['PRIORITY of another length', ERROR.FRAME_SIZE_ERROR, [open, rawFrame(FRAME.PRIORITY, 0, 1, Buffer.alloc(4))]],
    [
      'a stream that depends on itself',
      ERROR.PROTOCOL_ERROR,
      [open, rawFrame(FRAME.PRIORITY, 0, 1, Buffer.from('0000000110', 'hex'))],
    ],
  ])('%s', async (_what, code, octets) => {
    const client = await connect();
    client.socket.write(Buffer.concat([...octets, getRequest(3)]));
    await expect.poll(() => client.frames).toContainEqual([FRAME.RST_STREAM, 0, 1, hex(code)]);
    await expect.poll(() => client.frames).toContainEqual([FRAME.DATA, FLAG.END_STREAM, 3, '78']);
    expect(client.frames.some(([type, , stream]) => type === FRAME.DATA && stream === 1)).toBe(false);
  });
});

describe('understands', () => {
  it.each<[what: string, octets: readonly Buffer[]]>([
    ['a request in one frame', [getRequest(1)]],
    ['a request in many frames', [headers(1, '82', FLAG.END_STREAM), ...splitBlock(getBlock.subarray(1), 1)]],
    ['padding and priority', [headers(1, `0200000000ff${GET}0000`, WHOLE | FLAG.PADDED | FLAG.PRIORITY)]],
    [
      'a body in pieces',
      [
        open,
        rawFrame(FRAME.DATA, 0, 1),
        rawFrame(FRAME.DATA, FLAG.PADDED, 1, Buffer.from('\u0001x\0')),
        rawFrame(FRAME.DATA, FLAG.END_STREAM, 1),
      ],
    ],
    ['a body and trailers', [open, rawFrame(FRAME.DATA, 0, 1, Buffer.from('x')), headers(1, literal('a', 'b'))]],
    ['trailers alone in fields', [headers(1, `${GET}${literal('te', 'trailers')}`)]],
    [
      'frames and settings of other kinds',
      [rawFrame(0xfa, 255, 77, Buffer.alloc(3)), settings(0xfafa, 1), getRequest(1)],
    ],
    [
      'frames of a stream that it has reset',
      [headers(5, '82', FLAG.END_HEADERS), rawFrame(FRAME.DATA, 0, 5), headers(5, literal('a', 'b')), getRequest(7)],
    ],
    ['a client that says goodbye', [rawFrame(FRAME.GOAWAY, 0, 0, Buffer.alloc(8)), getRequest(1)]],
  ])('%s', async (_what, octets) => {
    const client = await connect();
    client.socket.write(Buffer.concat(octets));
    await expect
      .poll(() => client.frames.filter(([type]) => type === FRAME.DATA).map(([, , , data]) => data))
      .toEqual(['78']);
  });

  it('a greeting and a request that drip', async () => {
    const client = await connect(Buffer.alloc(0));
    for (const octet of Buffer.concat([PREFACE, rawFrame(FRAME.SETTINGS, 0, 0), getRequest(1)])) {
      client.socket.write(Buffer.from([octet]));
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await expect.poll(() => client.dataLength).toBe(1);
  });

  it('PING, and answers with what it holds', async () => {
    const client = await connect();
    client.socket.write(rawFrame(FRAME.PING, 0, 0, Buffer.from('12345678')));
    await expect
      .poll(() => client.frames)
      .toContainEqual([FRAME.PING, FLAG.ACK, 0, Buffer.from('12345678').toString('hex')]);
  });

  it('a window that becomes smaller while a response waits', async () => {
    const client = await connect();
    client.socket.write(Buffer.concat([settings(SETTING.INITIAL_WINDOW_SIZE, 0), getRequest(1)]));
    await expect.poll(() => client.frames.some(([type]) => type === FRAME.HEADERS)).toBe(true);
    client.socket.write(settings(SETTING.INITIAL_WINDOW_SIZE, 1));
    await expect.poll(() => client.dataLength).toBe(1);
  });

  it('a client that closes its side after asking', async () => {
    const client = await connect();
    client.socket.end(getRequest(1));
    await new Promise((resolve) => client.socket.once('end', resolve));
    expect(client.dataLength).toBe(1);
  });

  it('a client that goes on asking after it was told to go', async () => {
    const client = await connect();
    client.socket.write(getRequest(1));
    await expect.poll(() => client.frames.length).toBeGreaterThan(2);
    const closed = listeners.splice(0).map((listener) => listener.close());
    client.socket.write(getRequest(3));
    await expect.poll(() => client.frames).toContainEqual([FRAME.GOAWAY, 0, 0, '0000000100000000']);
    await Promise.all(closed);
    expect(client.frames.filter(([type]) => type === FRAME.DATA).map(([, , stream]) => stream)).toEqual([1]);
  });

  it('many bodies, one after the other, longer than its window', async () => {
    const client = await connect();
    for (let i = 0; i < 60; i++) {
      const stream = 2 * i + 1;
      const part = Buffer.alloc(16_000);
      client.socket.write(
        Buffer.concat([
          headers(stream, POST, FLAG.END_HEADERS),
          rawFrame(FRAME.DATA, 0, stream, part),
          rawFrame(FRAME.DATA, FLAG.END_STREAM, stream, part),
        ]),
      );
    }
    await expect.poll(() => client.frames.filter(([type]) => type === FRAME.HEADERS).length).toBe(60);
    const claimed = client.frames
      .filter(([type, , stream]) => type === FRAME.WINDOW_UPDATE && stream === 0)
      .reduce((sum, [, , , payload]) => sum + Number.parseInt(payload, 16), 0);
    expect(claimed).toBeGreaterThan(60 * 32_000 - (1 << 18));
  });
});

function hex(code: number): string {
  return code.toString(16).padStart(8, '0');
}

/** CONTINUATION frames of one octet each. */
function splitBlock(block: Buffer, stream: number): Buffer[] {
  return [...block].map((octet, i) =>
    rawFrame(FRAME.CONTINUATION, i === block.length - 1 ? FLAG.END_HEADERS : 0, stream, Buffer.from([octet])),
  );
}
