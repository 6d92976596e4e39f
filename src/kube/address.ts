/** IPv4, IPv6, or 0 for a text that is no IP address (EndpointSlices with `addressType: FQDN` have names). */
export type AddressFamily = 4 | 6 | 0;

const NO_OCTETS: Uint8Array = new Uint8Array(0);

/**
 * An address as the API wrote it, with its octets ready for A and AAAA records.
 *
 * Most addresses of a cluster are never asked for, so octets are made on first use and then kept: a query never
 * parses text twice. `::ffff:10.0.0.1` is IPv4, as in CoreDNS.
 */
export class Address {
  /** As the API wrote it; for family 0 a host name. */
  readonly text: string;
  readonly family: AddressFamily;
  #octets: Uint8Array | undefined;

  constructor(text: string) {
    this.text = text;
    if (isDottedQuad(text)) {
      this.family = 4;
      return;
    }
    const octets = parseAddress(text);
    this.family = octets === undefined ? 0 : octets.length === 4 ? 4 : 6;
  }

  /** 4 or 16 octets, shared: do not write into them. Empty for family 0. */
  get octets(): Uint8Array {
    this.#octets ??= parseAddress(this.text) ?? NO_OCTETS;
    return this.#octets;
  }

  /** The text that indexes and look-ups use: canonical for IP addresses (RFC 5952), lower case for names. */
  get key(): string {
    if (this.family === 4 && isDottedQuad(this.text)) return this.text;
    return this.family === 0 ? this.text.toLowerCase() : formatAddress(this.octets);
  }
}

/** 4 octets for IPv4 and IPv4-mapped IPv6, 16 for IPv6, undefined when `text` is no address. Zone ids are refused. */
export function parseAddress(text: string): Uint8Array | undefined {
  if (!text.includes(':')) return isDottedQuad(text) ? Uint8Array.from(text.split('.'), Number) : undefined;
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

/** Four decimal numbers up to 255, without leading zeros (Go and node refuse those too). */
function isDottedQuad(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
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
    if (i === groups.length - 1 && isDottedQuad(group)) {
      const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
      words.push((a << 8) | b, (c << 8) | d);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(group)) {
      words.push(Number.parseInt(group, 16));
    } else {
      return undefined;
    }
  }
  return words;
}
