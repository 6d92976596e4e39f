/** IPv4, IPv6, or 0 for a text that is no IP address (EndpointSlices with `addressType: FQDN` have names). */
export type AddressFamily = 4 | 6 | 0;

const NO_OCTETS: Uint8Array = new Uint8Array(0);

/** What indexes look addresses up by: an IPv4 address as 32 bits, which take no memory of their own; else Address.key. */
export type AddressKey = number | string;

/**
 * An address as the API wrote it, with its octets ready for A and AAAA records.
 *
 * Most addresses of a cluster are never asked for, so text and octets are made on first use; the octets are then
 * kept: a query never parses text twice. `::ffff:10.0.0.1` is IPv4, as in CoreDNS.
 */
export class Address {
  /** A dotted quad as 32 bits (signed), anything else as the text that it was written as. */
  readonly value: number | string;
  #octets: Uint8Array | undefined;

  /** `given`: as the API wrote it, or a dotted quad as 32 bits. */
  constructor(given: string | number) {
    this.value = typeof given === 'number' ? given : (parseDottedQuad(given) ?? given);
  }

  /** As the API wrote it; for family 0 a host name. */
  get text(): string {
    return typeof this.value === 'number' ? formatAddress(this.octets) : this.value;
  }

  get family(): AddressFamily {
    if (typeof this.value === 'number') return 4;
    const { length } = this.octets;
    return length === 4 ? 4 : length === 16 ? 6 : 0;
  }

  /** 4 or 16 octets, shared: do not write into them. Empty for family 0. */
  get octets(): Uint8Array {
    this.#octets ??= octetsOf(this.value);
    return this.#octets;
  }

  /** The text that look-ups use: canonical for IP addresses (RFC 5952), lower case for names. */
  get key(): string {
    return this.octets.length === 0 ? this.text.toLowerCase() : formatAddress(this.octets);
  }

  get indexKey(): AddressKey {
    return typeof this.value === 'number' ? this.value : toAddressKey(this.key);
  }
}

/** The key of an address that is given by Address.key. */
export function toAddressKey(key: string): AddressKey {
  return parseDottedQuad(key) ?? key;
}

/** The reverse of `toAddressKey`. */
export function fromAddressKey(key: AddressKey): string {
  return typeof key === 'number' ? formatAddress(octetsOf(key)) : key;
}

function octetsOf(value: number | string): Uint8Array {
  if (typeof value === 'string') return parseAddress(value) ?? NO_OCTETS;
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** 4 octets for IPv4 and IPv4-mapped IPv6, 16 for IPv6, undefined when `text` is no address. Zone ids are refused. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (!text.includes(':')) {
    const quad = parseDottedQuad(text);
    return quad === undefined ? undefined : octetsOf(quad);
  }
  const words = parseWords(text);
  if (words === undefined) return undefined;
  const octets = new Uint8Array(16);
  for (const [i, word] of words.entries()) {
    octets[2 * i] = word >> 8;
    octets[2 * i + 1] = word & 0xff;
  }
  const mapped = words.slice(0, 5).every((word) => word === 0) && words[5] === 0xffff;
  return mapped ? octets.slice(12) : octets;
}

/** The canonical text of 4 or 16 octets: dotted quad, or RFC 5952. */
export function formatAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  const words: number[] = [];
  for (let i = 0; i < 16; i += 2) words.push(((octets[i] ?? 0) << 8) | (octets[i + 1] ?? 0));
  const [start, length] = longestZeroRun(words);
  if (length < 2) return hex(words);
  return `${hex(words.slice(0, start))}::${hex(words.slice(start + length))}`;
}

function hex(words: readonly number[]): string {
  return words.map((word) => word.toString(16)).join(':');
}

function longestZeroRun(words: readonly number[]): [start: number, length: number] {
  let best: [number, number] = [0, 0];
  let length = 0;
  for (const [i, word] of words.entries()) {
    length = word === 0 ? length + 1 : 0;
    if (length > best[1]) best = [i - length + 1, length];
  }
  return best;
}

const DOT = 0x2e;
const ZERO = 0x30;

/** Four decimal numbers up to 255, without leading zeros (Go and node refuse those too), as 32 bits. */
function parseDottedQuad(text: string): number | undefined {
  let bits = 0;
  let parts = 0;
  let part = -1;
  for (let i = 0; i <= text.length; i++) {
    const code = i < text.length ? text.charCodeAt(i) : DOT;
    if (code === DOT) {
      if (part < 0 || ++parts > 4) return undefined;
      bits = (bits << 8) | part;
      part = -1;
      continue;
    }
    const digit = code - ZERO;
    if (digit < 0 || digit > 9 || part === 0) return undefined;
    part = part < 0 ? digit : part * 10 + digit;
    if (part > 255) return undefined;
  }
  return parts === 4 ? bits : undefined;
}

/** The eight 16-bit words of an IPv6 text (RFC 4291 §2.2), undefined when it is none. */
function parseWords(text: string): number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half) => parseGroups(half));
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  // `::` stands for at least one group of zeros.
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}

function parseGroups(half: string): number[] | undefined {
  if (half === '') return [];
  const words: number[] = [];
  const groups = half.split(':');
  for (const [i, group] of groups.entries()) {
    const quad = i === groups.length - 1 ? parseDottedQuad(group) : undefined;
    if (quad !== undefined) {
      words.push(quad >>> 16, quad & 0xffff);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      words.push(Number.parseInt(group, 16));
    } else {
      return undefined;
    }
  }
  return words;
}
