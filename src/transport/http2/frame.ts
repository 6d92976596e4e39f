import type { OutputBatch } from '../stream/output-batch.ts';

/** RFC 9113 §6. */
export const FRAME = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const;

export const FLAG = { END_STREAM: 0x1, ACK: 0x1, END_HEADERS: 0x4, PADDED: 0x8, PRIORITY: 0x20 } as const;

/** RFC 9113 §7. */
export const ERROR = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  FLOW_CONTROL_ERROR: 3,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  COMPRESSION_ERROR: 9,
  ENHANCE_YOUR_CALM: 11,
} as const;

/** RFC 9113 §6.5.2. */
export const SETTING = {
  ENABLE_PUSH: 2,
  MAX_CONCURRENT_STREAMS: 3,
  INITIAL_WINDOW_SIZE: 4,
  MAX_FRAME_SIZE: 5,
  MAX_HEADER_LIST_SIZE: 6,
} as const;

/** RFC 9113 §4.1. */
export const FRAME_HEADER = 9;
/** What every peer takes, and all that we take (RFC 9113 §4.2). */
export const MAXIMUM_FRAME = 16_384;
/** RFC 9113 §6.9.1. */
export const MAXIMUM_WINDOW = 0x7fff_ffff;
/** Octets that may be sent before anything else is said (RFC 9113 §6.9.2). */
export const DEFAULT_WINDOW = 65_535;

/** What a client says first (RFC 9113 §3.4). */
export const PREFACE: Buffer = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** A violation that ends the connection (RFC 9113 §5.4.1). */
export class ConnectionError extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** Throws a ConnectionError with `code` unless a rule is kept. */
export function expect(kept: boolean, code: number): void {
  if (!kept) throw new ConnectionError(code, 'a frame that must not be');
}

/** Writes a frame's header at `at` and returns where its payload starts. */
export function writeFrameHeader(
  octets: Buffer,
  at: number,
  length: number,
  type: number,
  flags: number,
  stream: number,
): number {
  octets[at] = length >>> 16;
  octets[at + 1] = length >>> 8;
  octets[at + 2] = length;
  octets[at + 3] = type;
  octets[at + 4] = flags;
  octets[at + 5] = stream >>> 24;
  octets[at + 6] = stream >>> 16;
  octets[at + 7] = stream >>> 8;
  octets[at + 8] = stream;
  return at + FRAME_HEADER;
}

/** A frame whose payload is numbers of 32 bits: RST_STREAM, WINDOW_UPDATE, GOAWAY. */
export function sendNumbers(batch: OutputBatch, type: number, stream: number, ...numbers: readonly number[]): void {
  const length = 4 * numbers.length;
  const at = batch.reserve(FRAME_HEADER + length);
  let next = writeFrameHeader(batch.octets, at, length, type, 0, stream);
  for (const number of numbers) next = batch.octets.writeUInt32BE(number, next);
}

export function sendSettings(batch: OutputBatch, settings: readonly (readonly [id: number, value: number])[]): void {
  const length = 6 * settings.length;
  const at = batch.reserve(FRAME_HEADER + length);
  let next = writeFrameHeader(batch.octets, at, length, FRAME.SETTINGS, 0, 0);
  for (const [id, value] of settings) {
    next = batch.octets.writeUInt16BE(id, next);
    next = batch.octets.writeUInt32BE(value, next);
  }
}

/** An acknowledgement of SETTINGS, or of a PING with its payload. */
export function sendAcknowledgement(batch: OutputBatch, type: number, payload: Uint8Array): void {
  const { length } = payload;
  const at = batch.reserve(FRAME_HEADER + length);
  const next = writeFrameHeader(batch.octets, at, length, type, FLAG.ACK, 0);
  batch.octets.set(payload, next);
}
