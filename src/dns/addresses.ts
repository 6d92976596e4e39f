import { DomainName } from './name.ts';

/** `192.0.2.1` as 4 octets; undefined if it is not four decimal numbers up to 255 without leading zeros. */
export function parseIPv4(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(4);
  return readIPv4(text, 0, octets, 0) ? octets : undefined;
}

/** IPv6 text (RFC 4291 §2.2, all three forms, no zone) as 16 octets; undefined if it is none. */
export function parseIPv6(text: string): Uint8Array | undefined {
  const octets = new Uint8Array(16);
  return readIPv6(text, octets) ? octets : undefined;
}

/**
 * `parseAddress` into octets that are there already, at least 16: returns how many of them, from the start, the address has; 0 if the text is none.
 */
export function readAddress(text: string, octets: Uint8Array): 0 | 4 | 16 {
  if (text.includes(':')) return readIPv6(text, octets) ? 16 : 0;
  return readIPv4(text, 0, octets, 0) ? 4 : 0;
}

/** Either family: 4 or 16 octets. An IPv4-mapped IPv6 address stays one of 16. */
export function parseAddress(text: string): Uint8Array | undefined {
  return text.includes(':') ? parseIPv6(text) : parseIPv4(text);
}

/** 4 octets as `192.0.2.1`. */
export function printIPv4(octets: Uint8Array): string {
  return `${octets[0]}.${octets[1]}.${octets[2]}.${octets[3]}`;
}

/** 16 octets in the recommended form (RFC 5952); IPv4-mapped ones as `::ffff:192.0.2.1` (§5). */
export function printIPv6(octets: Uint8Array): string {
  if (isIPv4Mapped(octets)) return `::ffff:${printIPv4(octets.subarray(12))}`;
  const [gapStart, gapEnd] = longestZeros(octets);
  let text = '';
  for (let i = 0; i < 16; i += 2) {
    if (i === gapStart) {
      text += '::';
      i = gapEnd - 2;
      continue;
    }
    if (i > 0 && i !== gapEnd) text += ':';
    text += groupAt(octets, i).toString(16);
  }
  return text;
}

/** 4 or 16 octets as text. */
export function printAddress(octets: Uint8Array): string {
  return octets.length === 4 ? printIPv4(octets) : printIPv6(octets);
}

/** Is it `::ffff:0:0/96` (RFC 4291 §2.5.5.2)? */
export function isIPv4Mapped(octets: Uint8Array): boolean {
  if (octets.length !== 16 || octets[10] !== 0xff || octets[11] !== 0xff) return false;
  for (let i = 0; i < 10; i++) if (octets[i] !== 0) return false;
  return true;
}

/** The 4 octets of an IPv4-mapped IPv6 address; every other address as it is. */
export function unmapIPv4(octets: Uint8Array): Uint8Array {
  return isIPv4Mapped(octets) ? new Uint8Array(octets.subarray(12)) : octets;
}

/** The name that has the PTR records of an address (RFC 1035 §3.5, RFC 3596 §2.5). */
export function reverseName(octets: Uint8Array): DomainName {
  if (octets.length === 4) {
    return DomainName.parse(`${octets[3]}.${octets[2]}.${octets[1]}.${octets[0]}.in-addr.arpa.`);
  }
  let text = '';
  for (let i = 15; i >= 0; i--) {
    const octet = octets[i] ?? 0;
    text += `${(octet & 15).toString(16)}.${(octet >>> 4).toString(16)}.`;
  }
  return DomainName.parse(`${text}ip6.arpa.`);
}

/** The address that a complete `in-addr.arpa` or `ip6.arpa` name stands for; undefined for every other name. */
export function addressOfReverseName(name: DomainName): Uint8Array | undefined {
  const text = name.canonical;
  if (text.endsWith('.in-addr.arpa.')) {
    const labels = text.slice(0, -'.in-addr.arpa.'.length).split('.');
    return labels.length === 4 ? parseIPv4(labels.toReversed().join('.')) : undefined;
  }
  if (!text.endsWith('.ip6.arpa.')) return undefined;
  const nibbles = text.slice(0, -'.ip6.arpa.'.length);
  // 32 nibbles with a dot between each.
  if (nibbles.length !== 63 || !/^[\da-f](?:\.[\da-f]){31}$/.test(nibbles)) return undefined;
  const octets = new Uint8Array(16);
  for (let i = 0; i < 32; i++) {
    const nibble = Number.parseInt(nibbles[62 - 2 * i] ?? '', 16);
    octets[i >>> 1] = ((octets[i >>> 1] ?? 0) << 4) | nibble;
  }
  return octets;
}

function readIPv6(text: string, octets: Uint8Array): boolean {
  let end = 0;
  let gap = -1;
  let i = 0;
  if (text.startsWith('::')) {
    gap = 0;
    i = 2;
  }
  while (i < text.length) {
    if (end === 16) return false;
    let stop = text.indexOf(':', i);
    if (stop < 0) stop = text.length;
    if (stop === text.length && text.includes('.', i)) {
      if (end > 12 || !readIPv4(text, i, octets, end)) return false;
      end += 4;
      break;
    }
    const value = hexGroup(text, i, stop);
    if (value < 0) return false;
    octets[end] = value >>> 8;
    octets[end + 1] = value;
    end += 2;
    i = stop + 1;
    if (stop === text.length) break;
    if (text[i] === ':') {
      if (gap >= 0) return false;
      gap = end;
      i++;
    } else if (i === text.length) {
      return false;
    }
  }
  if (gap < 0) return end === 16;
  // The gap stands for at least one group of zeros.
  if (end > 14) return false;
  octets.copyWithin(16 - (end - gap), gap, end);
  octets.fill(0, gap, 16 - (end - gap));
  return true;
}

function readIPv4(text: string, start: number, octets: Uint8Array, at: number): boolean {
  let i = start;
  for (let part = 0; part < 4; part++) {
    if (part > 0 && text.charCodeAt(i++) !== 0x2e) return false;
    const first = i;
    let value = 0;
    for (; i < text.length && i - first < 3; i++) {
      const digit = text.charCodeAt(i) - 0x30;
      if (digit < 0 || digit > 9) break;
      value = value * 10 + digit;
    }
    if (i === first || value > 255 || (i - first > 1 && text[first] === '0')) return false;
    octets[at + part] = value;
  }
  return i === text.length;
}

/** The value of 1 to 4 hexadecimal digits; -1 if there is something else. */
function hexGroup(text: string, start: number, end: number): number {
  if (end === start || end - start > 4) return -1;
  let value = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    const lower = code | 0x20;
    if (code >= 0x30 && code <= 0x39) value = value * 16 + code - 0x30;
    else if (lower >= 0x61 && lower <= 0x66) value = value * 16 + lower - 0x57;
    else return -1;
  }
  return value;
}

function groupAt(octets: Uint8Array, i: number): number {
  return ((octets[i] ?? 0) << 8) | (octets[i + 1] ?? 0);
}

/** Start and end, in octets, of the first longest run of two or more zero groups (RFC 5952 §4.2); else [-1, -1]. */
function longestZeros(octets: Uint8Array): [number, number] {
  let best: [number, number] = [-1, -1];
  for (let i = 0; i < 16; i += 2) {
    let end = i;
    while (end < 16 && groupAt(octets, end) === 0) end += 2;
    if (end - i > 2 && end - i > best[1] - best[0]) best = [i, end];
    if (end > i) i = end;
  }
  return best;
}
