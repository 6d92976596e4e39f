import { RecordSyntaxError, type Token } from '../tokens.ts';

/** Octets in lower-case hexadecimal. */
export function toHex(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('hex');
}

/** Throws RecordSyntaxError. */
export function fromHex(token: Token, what: string): Uint8Array {
  if (token.text.length % 2 !== 0 || !/^[\dA-Fa-f]*$/.test(token.text)) {
    throw new RecordSyntaxError(`${what} is not hexadecimal: ${token.text}`, token.position);
  }
  return new Uint8Array(Buffer.from(token.text, 'hex'));
}

/** Octets in base64 with padding (RFC 4648 §4). */
export function toBase64(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64');
}

/** Throws RecordSyntaxError. */
export function fromBase64(token: Token, what: string): Uint8Array {
  const { text } = token;
  const octets = new Uint8Array(Buffer.from(text, 'base64'));
  // Buffer skips what it does not know; what it made tells whether it skipped anything.
  if (text.length % 4 !== 0 || !/^[\dA-Za-z+/]*={0,2}$/.test(text)) {
    throw new RecordSyntaxError(`${what} is not base64: ${text}`, token.position);
  }
  return octets;
}

const BASE32HEX = '0123456789ABCDEFGHIJKLMNOPQRSTUV';

/** Octets in base32 with the extended hex alphabet, without padding (RFC 4648 §7, RFC 5155 §3.3). */
export function toBase32Hex(octets: Uint8Array): string {
  let text = '';
  let bits = 0;
  let count = 0;
  for (const octet of octets) {
    bits = ((bits << 8) | octet) & 0xfff;
    count += 8;
    while (count >= 5) {
      count -= 5;
      text += BASE32HEX[(bits >>> count) & 31] ?? '';
    }
  }
  return count === 0 ? text : text + (BASE32HEX[(bits << (5 - count)) & 31] ?? '');
}

/** Throws RecordSyntaxError. */
export function fromBase32Hex(token: Token, what: string): Uint8Array {
  const octets = new Uint8Array(Math.floor((token.text.length * 5) / 8));
  let bits = 0;
  let count = 0;
  let end = 0;
  for (const character of token.text.toUpperCase()) {
    const value = BASE32HEX.indexOf(character);
    if (value < 0) throw new RecordSyntaxError(`${what} is not base32: ${token.text}`, token.position);
    bits = ((bits << 5) | value) & 0xfff;
    count += 5;
    if (count >= 8) {
      count -= 8;
      octets[end++] = (bits >>> count) & 0xff;
    }
  }
  return octets;
}
