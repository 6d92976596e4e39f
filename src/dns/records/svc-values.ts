import { parseIPv4, parseIPv6, printIPv4, printIPv6 } from '../addresses.ts';
import { escapeOctets } from '../tokens.ts';
import { fromBase64, toBase64 } from './text.ts';

/**
 * The value of one service parameter: octets on the wire, an octet string (one UTF-16 unit each) in a zone file,
 * there already freed of its quotes and escapes. What is not a value of the parameter makes `parse` undefined.
 */
export interface SvcValueForm {
  isValid(octets: Uint8Array): boolean;
  parse(text: string): Uint8Array | undefined;
  /** For valid octets only. */
  print(octets: Uint8Array): string;
}

const anyOctets: SvcValueForm = {
  isValid: () => true,
  parse: (text) => new Uint8Array(Buffer.from(text, 'latin1')),
  print: (octets) => Buffer.from(octets).toString('latin1'),
};

const nothing: SvcValueForm = {
  isValid: (octets) => octets.length === 0,
  parse: (text) => (text === '' ? new Uint8Array(0) : undefined),
  print: () => '',
};

/** The protocols of `alpn`, each after its length; in text between commas, `,` and `\` escaped (RFC 9460 §7.1.1). */
const protocols: SvcValueForm = {
  isValid(octets) {
    let i = 0;
    while (i < octets.length && octets[i] !== 0) i += (octets[i] ?? 0) + 1;
    return i > 0 && i === octets.length;
  },
  parse(text) {
    const items = text.match(/(?:[^,\\]|\\[^])+|,|\\/g) ?? [];
    const octets: number[] = [];
    for (const [index, item] of items.entries()) {
      if ((item === ',') !== (index % 2 === 1)) return undefined;
      if (item === ',') continue;
      const plain = item.replace(/\\([^])/g, '$1');
      if (item === '\\' || plain.length > 255) return undefined;
      octets.push(plain.length, ...Buffer.from(plain, 'latin1'));
    }
    return items.length % 2 === 1 ? Uint8Array.from(octets) : undefined;
  },
  print(octets) {
    const items: string[] = [];
    for (let i = 0; i < octets.length; i += (octets[i] ?? 0) + 1) {
      const plain = Buffer.from(octets.subarray(i + 1, i + 1 + (octets[i] ?? 0))).toString('latin1');
      items.push(plain.replace(/[,\\]/g, '\\$&'));
    }
    return items.join(',');
  },
};

const port: SvcValueForm = { isValid: (octets) => octets.length === 2, parse: parsePort, print: printPort };

const base64Octets: SvcValueForm = {
  isValid: () => true,
  parse(text) {
    try {
      return fromBase64({ text, quoted: true, position: 0 }, 'value');
    } catch {
      return undefined;
    }
  },
  print: toBase64,
};

/** Items of one size between commas. */
function sequence(
  size: number,
  parseItem: (text: string) => Uint8Array | undefined,
  printItem: (octets: Uint8Array) => string,
): SvcValueForm {
  return {
    isValid: (octets) => octets.length > 0 && octets.length % size === 0,
    parse(text) {
      const items = text.split(',').map(parseItem);
      const octets = new Uint8Array(items.length * size);
      for (const [index, item] of items.entries()) {
        if (item === undefined) return undefined;
        octets.set(item, index * size);
      }
      return octets;
    },
    print(octets) {
      const items: string[] = [];
      for (let i = 0; i < octets.length; i += size) items.push(printItem(octets.subarray(i, i + size)));
      return items.join(',');
    },
  };
}

interface SvcKey {
  readonly key: number;
  readonly name: string;
  readonly form: SvcValueForm;
}

/** Service parameters (IANA registry "DNS Service Bindings (SVCB)"). */
const KEYS: readonly SvcKey[] = [
  { key: 0, name: 'mandatory', form: sequence(2, parseKeyOctets, (octets) => svcKeyName(numberOf(octets))) },
  { key: 1, name: 'alpn', form: protocols },
  { key: 2, name: 'no-default-alpn', form: nothing },
  { key: 3, name: 'port', form: port },
  { key: 4, name: 'ipv4hint', form: sequence(4, parseIPv4, printIPv4) },
  { key: 5, name: 'ech', form: base64Octets },
  { key: 6, name: 'ipv6hint', form: sequence(16, parseIPv6, printIPv6) },
  { key: 7, name: 'dohpath', form: anyOctets },
  { key: 8, name: 'ohttp', form: nothing },
  { key: 9, name: 'tls-supported-groups', form: sequence(2, parsePort, printPort) },
];

const byKey: ReadonlyMap<number, SvcKey> = new Map(KEYS.map((entry) => [entry.key, entry]));
const byName: ReadonlyMap<string, SvcKey> = new Map(KEYS.map((entry) => [entry.name, entry]));

export function svcValueForm(key: number): SvcValueForm {
  return byKey.get(key)?.form ?? anyOctets;
}

/** `alpn`, or `key1234` where there is no name (RFC 9460 §2.1). */
export function svcKeyName(key: number): string {
  return byKey.get(key)?.name ?? `key${key}`;
}

/** The number of a key given by name or as `key1234`. */
export function parseSvcKey(text: string): number | undefined {
  const known = byName.get(text);
  if (known !== undefined) return known.key;
  const value = /^key(0|[1-9]\d{0,4})$/.test(text) ? Number(text.slice(3)) : Infinity;
  return value <= 0xffff ? value : undefined;
}

/** The value of a parameter in quotes; the text of valid octets only. */
export function printSvcValue(key: number, octets: Uint8Array): string {
  return `"${escapeOctets(svcValueForm(key).print(octets))}"`;
}

function parseKeyOctets(text: string): Uint8Array | undefined {
  const key = parseSvcKey(text);
  return key === undefined ? undefined : Uint8Array.of(key >>> 8, key);
}

function numberOf(octets: Uint8Array): number {
  return ((octets[0] ?? 0) << 8) | (octets[1] ?? 0);
}

function parsePort(text: string): Uint8Array | undefined {
  const value = Number(text);
  return /^\d{1,5}$/.test(text) && value <= 0xffff ? Uint8Array.of(value >>> 8, value) : undefined;
}

function printPort(octets: Uint8Array): string {
  return String(numberOf(octets));
}
