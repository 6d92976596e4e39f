import { smallLetter } from './letter-case.ts';

/** The longest name on the wire, with all length octets and the root's (RFC 1035 §2.3.4). */
export const MAXIMUM_NAME_LENGTH = 255;
/** The longest label: its length octet has six bits (RFC 1035 §2.3.4). */
export const MAXIMUM_LABEL_LENGTH = 63;

const DOT = 0x2e;
const BACKSLASH = 0x5c;

/** A text that is no domain name. `position` counts octets of its UTF-8 form from the start. */
export class NameSyntaxError extends Error {
  readonly position: number;

  constructor(message: string, position: number) {
    super(message);
    this.name = 'NameSyntaxError';
    this.position = position;
  }
}

/**
 * An absolute domain name: immutable, any octets in its labels (RFC 2181 §11), letter case kept, compared without
 * regard to ASCII case (RFC 4343).
 */
export class DomainName {
  static readonly root: DomainName = new DomainName(Uint8Array.of(0));

  /** Uncompressed wire form, with the root's zero octet; not to be written to. */
  readonly wire: Uint8Array;
  #text: string | undefined;
  #canonical: string | undefined;

  private constructor(wire: Uint8Array) {
    this.wire = wire;
  }

  /** Takes over checked wire bytes: complete, uncompressed, within the limits, and nobody else's to change. */
  static fromWire(wire: Uint8Array): DomainName {
    return wire.length === 1 ? DomainName.root : new DomainName(wire);
  }

  /**
   * Reads presentation format (RFC 1035 §5.1): `\.`, `\DDD`, a final dot or none (the name is absolute either way).
   * Characters above U+007F stand for their UTF-8 octets. Throws NameSyntaxError.
   */
  static parse(text: string): DomainName {
    if (text === '.') return DomainName.root;
    if (text === '') throw new NameSyntaxError('the name is empty', 0);
    // One octet a unit, unless there are characters that need more.
    const source = /[^\0-\x7f]/.test(text) ? Buffer.from(text, 'utf8').toString('latin1') : text;
    const wire = new Uint8Array(source.length + 2);
    let start = 0;
    let end = 1;
    for (let i = 0; i < source.length; i++) {
      const octet = source.charCodeAt(i);
      if (octet === DOT) {
        start = closeLabel(wire, start, end, i);
        end = start + 1;
      } else if (octet === BACKSLASH) {
        const [value, length] = readEscape(source, i);
        wire[end++] = value;
        i += length - 1;
      } else {
        wire[end++] = octet;
      }
    }
    if (end > start + 1) start = closeLabel(wire, start, end, source.length);
    if (start + 1 > MAXIMUM_NAME_LENGTH) {
      throw new NameSyntaxError(`the name has ${start + 1} octets, more than ${MAXIMUM_NAME_LENGTH}`, source.length);
    }
    wire[start] = 0;
    return DomainName.fromWire(wire.slice(0, start + 1));
  }

  /** As `parse`, but undefined for a text that is no name. */
  static tryParse(text: string): DomainName | undefined {
    try {
      return DomainName.parse(text);
    } catch {
      return undefined;
    }
  }

  /** Presentation format with a final dot, letter case as given, special octets escaped (RFC 4343 §2.1). */
  get text(): string {
    return (this.#text ??= presentation(this.wire, CODE_OF_OCTET));
  }

  /** `text` in lower case: equal for equal names, so it is the key to use in maps. */
  get canonical(): string {
    return (this.#canonical ??= presentation(this.wire, LOWER_CODE_OF_OCTET));
  }

  get isRoot(): boolean {
    return this.wire.length === 1;
  }

  /** Number of labels without the root: `www.example.org.` has 3. */
  get labelCount(): number {
    let count = 0;
    for (let i = 0; this.wire[i] !== 0; i += (this.wire[i] ?? 0) + 1) count++;
    return count;
  }

  /** The labels in presentation format, leftmost first, without the root. */
  labels(): string[] {
    const labels: string[] = [];
    for (let i = 0; this.wire[i] !== 0; i += (this.wire[i] ?? 0) + 1) {
      let label = '';
      for (let j = i + 1; j <= i + (this.wire[i] ?? 0); j++) label += TEXT_OF_OCTET[this.wire[j] ?? 0] ?? '';
      labels.push(label);
    }
    return labels;
  }

  /** The name without its `count` leftmost labels; the root when there are not so many. */
  ancestor(count = 1): DomainName {
    let i = 0;
    for (let n = 0; n < count && this.wire[i] !== 0; n++) i += (this.wire[i] ?? 0) + 1;
    return i === 0 ? this : DomainName.fromWire(this.wire.subarray(i));
  }

  /** Same name, whatever the letter case. */
  equals(other: DomainName): boolean {
    return this === other || (this.wire.length === other.wire.length && sameTail(this.wire, 0, other.wire));
  }

  /** Is this name `zone` or below it? */
  isWithin(zone: DomainName): boolean {
    const offset = this.wire.length - zone.wire.length;
    if (offset < 0) return false;
    let i = 0;
    while (i < offset) i += (this.wire[i] ?? 0) + 1;
    return i === offset && sameTail(this.wire, offset, zone.wire);
  }

  /** `prefix`, a relative name in presentation format, in front of this name. Throws NameSyntaxError. */
  prepend(prefix: string): DomainName {
    const head = DomainName.parse(prefix).wire;
    const wire = new Uint8Array(head.length - 1 + this.wire.length);
    if (wire.length > MAXIMUM_NAME_LENGTH) {
      throw new NameSyntaxError(`the name has ${wire.length} octets, more than ${MAXIMUM_NAME_LENGTH}`, prefix.length);
    }
    wire.set(head.subarray(0, -1));
    wire.set(this.wire, head.length - 1);
    return DomainName.fromWire(wire);
  }

  /** The same name in lower case (the canonical form of RFC 4034 §6.2). */
  toLowerCase(): DomainName {
    let changed: Uint8Array | undefined;
    for (let i = 0; i < this.wire.length; i++) {
      const octet = this.wire[i] ?? 0;
      // Length octets are at most 63, below the letters, so they need no special care.
      const small = smallLetter(octet);
      if (small !== octet) (changed ??= new Uint8Array(this.wire))[i] = small;
    }
    return changed === undefined ? this : DomainName.fromWire(changed);
  }

  toString(): string {
    return this.text;
  }
}

/** Lower-cases ASCII letters and nothing else (RFC 4343 §3). */
export function lowerCase(text: string): string {
  return /[A-Z]/.test(text) ? text.replace(/[A-Z]/g, (letter) => letter.toLowerCase()) : text;
}

/** Ends the label that began at `start` (its length octet); returns where the next length octet stands. */
function closeLabel(wire: Uint8Array, start: number, end: number, position: number): number {
  const length = end - start - 1;
  if (length === 0) throw new NameSyntaxError('a label is empty', position);
  if (length > MAXIMUM_LABEL_LENGTH) {
    throw new NameSyntaxError(`a label has ${length} octets, more than ${MAXIMUM_LABEL_LENGTH}`, position);
  }
  wire[start] = length;
  return end;
}

/** The octet that the escape at `i` stands for, and the escape's length. */
function readEscape(source: string, i: number): [number, number] {
  if (i + 1 === source.length) throw new NameSyntaxError('a backslash ends the name', i);
  const digits = source.slice(i + 1, i + 4);
  if (!/^\d/.test(digits)) return [source.charCodeAt(i + 1), 2];
  const value = Number(digits);
  if (!/^\d{3}$/.test(digits) || value > 255) {
    throw new NameSyntaxError('an escape needs three digits up to 255, as in \\032', i);
  }
  return [value, 4];
}

function sameTail(a: Uint8Array, offset: number, b: Uint8Array): boolean {
  for (let i = b.length - 1; i >= 0; i--) {
    const x = a[offset + i] ?? 0;
    const y = b[i] ?? 0;
    if (x !== y && (x ^ y) !== 0x20) return false;
    if (x !== y) {
      const lower = x | 0x20;
      if (lower < 0x61 || lower > 0x7a) return false;
    }
  }
  return true;
}

/** What each octet looks like in presentation format (RFC 4343 §2.1). */
const TEXT_OF_OCTET: readonly string[] = Array.from({ length: 256 }, (_, octet) => {
  if (octet <= 0x20 || octet >= 0x7f) return `\\${String(octet).padStart(3, '0')}`;
  const character = String.fromCharCode(octet);
  // These mean something in zone files.
  return '"$().;@\\'.includes(character) ? `\\${character}` : character;
});

/** Character codes of octets that stand for themselves or, in the second, for the small letter; 0 for those that are escaped. */
const CODE_OF_OCTET = Uint8Array.from(TEXT_OF_OCTET, (text) => (text.length === 1 ? text.charCodeAt(0) : 0));
const LOWER_CODE_OF_OCTET = CODE_OF_OCTET.map(smallLetter);

/** In one piece: a text put together with `+` keeps an object for each of its parts. */
function presentation(wire: Uint8Array, codeOfOctet: Uint8Array): string {
  let length = wire[0] ?? 0;
  if (length === 0) return '.';
  const codes: number[] = [];
  let i = 1;
  while (length !== 0) {
    for (const end = i + length; i < end; i++) {
      const code = codeOfOctet[wire[i] ?? 0] ?? 0;
      if (code !== 0) codes.push(code);
      else for (const character of TEXT_OF_OCTET[wire[i] ?? 0] ?? '') codes.push(character.charCodeAt(0));
    }
    codes.push(DOT);
    length = wire[i++] ?? 0;
  }
  return String.fromCharCode(...codes);
}
