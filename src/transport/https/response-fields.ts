import { type DohResponse, MESSAGE_TYPE, TEXT_TYPE } from './doh-response.ts';

/** Octets that the fields of a response take at most, encoded. */
export const MAXIMUM_FIELDS = 256;

/** Indexes of RFC 7541 appendix A. */
const STATUS_INDEX = { 200: 8, 400: 12, 404: 13, 500: 14 } as const;
const CACHE_CONTROL = 24;
const CONTENT_LENGTH = 28;
const CONTENT_TYPE = 31;
const DATE = 33;

/**
 * Writes the header blocks of responses (RFC 7541). Nothing is put into the client's table, so that a block is the same on every connection;
 * what is the same for all answers of a second is encoded once.
 */
export class ResponseFields {
  #second = -1;
  #message: Uint8Array = new Uint8Array(0);
  #text: Uint8Array = new Uint8Array(0);

  /** Writes the block of `response` to `octets` at `at`, and returns where it ends. */
  write(response: DohResponse, octets: Buffer, at: number): number {
    const second = Math.floor(Date.now() / 1000);
    if (second !== this.#second) this.#encodeCommon(second);
    octets[at] = 0x80 | STATUS_INDEX[response.status];
    const common = response.maximumAge === undefined ? this.#text : this.#message;
    octets.set(common, at + 1);
    let next = at + 1 + common.length;
    if (response.maximumAge !== undefined) {
      next = writeName(octets, next, CACHE_CONTROL);
      next = writeNumber(octets, next, MAX_AGE, response.maximumAge);
    }
    next = writeName(octets, next, CONTENT_LENGTH);
    return writeNumber(octets, next, NO_OCTETS, response.body.length);
  }

  #encodeCommon(second: number): void {
    this.#second = second;
    // An origin server with a clock says when it has answered (RFC 9110 §6.6.1).
    const date = new Date(second * 1000).toUTCString();
    const octets = Buffer.alloc(MAXIMUM_FIELDS);
    const dated = writeString(octets, writeName(octets, 0, DATE), date);
    const typed = writeName(octets, dated, CONTENT_TYPE);
    this.#message = Uint8Array.from(octets.subarray(0, writeString(octets, typed, MESSAGE_TYPE)));
    const text = writeString(octets, typed, TEXT_TYPE);
    octets[text] = 0;
    const guarded = writeString(octets, writeString(octets, text + 1, 'x-content-type-options'), 'nosniff');
    this.#text = Uint8Array.from(octets.subarray(0, guarded));
  }
}

const NO_OCTETS = new Uint8Array(0);
const MAX_AGE = Uint8Array.from(Buffer.from('max-age='));

/** A name of the table, for a value that stays out of it (RFC 7541 §6.2.2); all ours have an index of two octets. */
function writeName(octets: Buffer, at: number, index: number): number {
  octets[at] = 0x0f;
  octets[at + 1] = index - 0x0f;
  return at + 2;
}

/** A string of less than 127 octets (RFC 7541 §5.2). */
function writeString(octets: Buffer, at: number, text: string): number {
  octets[at] = text.length;
  return at + 1 + octets.write(text, at + 1, 'latin1');
}

/** The same of a number in decimals after `prefix`. */
function writeNumber(octets: Buffer, at: number, prefix: Uint8Array, value: number): number {
  octets.set(prefix, at + 1);
  const start = at + 1 + prefix.length;
  const end = start + (value < 10 ? 1 : value < 100 ? 2 : value < 1000 ? 3 : value < 10_000 ? 4 : 5);
  let rest = value;
  for (let i = end - 1; i >= start; i--) {
    octets[i] = 0x30 + (rest % 10);
    rest = Math.floor(rest / 10);
  }
  octets[at] = end - at - 1;
  return end;
}
