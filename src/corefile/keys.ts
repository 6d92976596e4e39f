import { isIP } from 'node:net';
import type { CorefileProblemCode } from './corefile-problems.ts';
import { reverseZones } from './network.ts';
import { quoteText, type Problem } from './problem.ts';
import type { Token } from './tree.ts';

const TRANSPORTS = ['dns', 'tls', 'quic', 'grpc', 'https', 'https3', 'unix'] as const;

export type Transport = (typeof TRANSPORTS)[number];

/** Ports that the transports' registrations give; undefined: the one of the command line. */
const DEFAULT_PORT: Readonly<Record<Transport, number | undefined>> = {
  dns: undefined,
  // RFC 7858 §3.1
  tls: 853,
  // RFC 9250 §4.1.1
  quic: 853,
  grpc: 443,
  // RFC 8484 §8 leaves it to HTTPS.
  https: 443,
  https3: 443,
  // Sockets of the file system have none.
  unix: 0,
};

/** A key of a server block, read. */
export interface Key {
  readonly transport: Transport;
  /** Lower case with a final dot; several when the key is a network that no single reverse zone covers. */
  readonly zones: readonly string[];
  /** 0 for `unix`, and where the system is to choose one. */
  readonly port: number;
  readonly token: Token;
  readonly warnings: readonly Problem[];
}

/** Reads `[scheme://]zone[:port]`, where a network in CIDR notation stands for its reverse zones. */
export function parseKey(token: Token, options: { readonly defaultPort: number }): Key | Problem {
  const split = splitKey(token.text);
  if ('message' in split) return { severity: 'error', place: token.place, ...split };
  const { transport, zones } = split;
  const port = split.port ?? DEFAULT_PORT[transport] ?? options.defaultPort;
  return { transport, zones, port, token, warnings: keyWarnings(token, split) };
}

/**
 * The zones that a ZONES argument of a plugin names: like those of a key; scheme and port are dropped. Undefined when it
 * names none.
 */
export function expandZone(text: string): readonly string[] | undefined {
  const split = splitKey(text);
  return 'message' in split ? undefined : split.zones;
}

/**
 * Is a zone (lower case, final dot) written as RFC 1035 §2.3.1 prefers: letters, digits and hyphens, each label from a
 * letter to a letter or digit? The root and reverse zones count as such.
 */
export function hasPreferredSyntax(zone: string): boolean {
  return zone === '.' || /(?:^|\.)(?:in-addr|ip6)\.arpa\.$/.test(zone) || PREFERRED_SYNTAX.test(zone);
}

const PREFERRED_SYNTAX = /^(?:[A-Za-z](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+$/;

interface SplitKey {
  readonly transport: Transport;
  readonly zones: readonly string[];
  readonly port: number | undefined;
  /** The zone as it is written. */
  readonly name: string;
}

interface Fault {
  readonly code: CorefileProblemCode;
  readonly message: string;
  readonly hint: string;
}

function splitKey(text: string): SplitKey | Fault {
  const scheme = TRANSPORTS.find((name) => text.startsWith(`${name}://`));
  const transport = scheme ?? 'dns';
  const rest = scheme === undefined ? text : text.slice(`${scheme}://`.length);
  if (rest === '' || rest.endsWith(':')) {
    return {
      code: rest === '' ? 'corefile/key-zone' : 'corefile/key-port',
      message: `${quoteText(text)} has no ${rest === '' ? 'zone' : 'port behind its last colon'}`,
      hint: 'write a zone, and a port if it is not the usual one: example.org:1053, or .:1053 for all names',
    };
  }
  const [, before, digits] = /^(.*):([-+]?\d+)$/s.exec(rest) ?? [];
  const name = before ?? rest;
  const port = digits === undefined ? undefined : Number(digits);
  if (port !== undefined && !(port >= 0 && port <= 65_535)) {
    return {
      code: 'corefile/key-port',
      message: `${quoteText(text)} has the port ${digits}`,
      hint: 'write a port between 1 and 65535',
    };
  }
  const fault = nameFault(name);
  if (fault !== undefined) {
    return {
      code: 'corefile/key-zone',
      message: `the zone ${quoteText(name)} is no domain name: ${fault}`,
      hint: zoneHint(name),
    };
  }
  const networks = reverseZones(name);
  if (networks !== undefined && /^(?::|0.*:)/.test(name)) {
    return {
      code: 'corefile/key-network',
      message: `the network ${quoteText(name)} starts with zeros, which is not taken as a reverse zone`,
      hint: 'write the name of its reverse zone, which ends in ip6.arpa',
    };
  }
  return { transport, port, name, zones: networks ?? [absolute(lowerCase(name))] };
}

function zoneHint(name: string): string {
  if (name === '') return 'write "." before the colon to serve all names';
  return name.includes(':')
    ? 'a port is a number; a name has single dots between its labels'
    : 'write single dots between the labels';
}

function keyWarnings(token: Token, { zones, name }: SplitKey): readonly Problem[] {
  const severity = 'warning';
  const { place } = token;
  const address = name.replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) !== 0) {
    return [
      {
        severity,
        code: 'corefile/key-address',
        message: `${quoteText(name)} is taken as the name of a zone, not as an address to listen on`,
        place,
        hint: `write a zone here, and "bind ${address}" in the block; for a reverse zone add the length of its network`,
      },
    ];
  }
  return zones
    .filter((zone) => !hasPreferredSyntax(zone))
    .map((zone) => ({
      severity,
      code: 'corefile/key-style',
      message: `Domain ${quoteText(zone)} does not follow RFC1035 preferred syntax`,
      place,
      ...styleHint(zone),
    }));
}

function styleHint(zone: string): { readonly hint?: string } {
  if (/^[a-z\d]+:\/\//.test(zone)) {
    return { hint: 'the schemes are dns, tls, quic, grpc, https, https3, in small letters' };
  }
  if (/^[\d.:a-f]+\/\d+\.$/.test(zone)) return { hint: 'it is no network either, so it is taken as a name' };
  return {};
}

/** RFC 1035 §2.3.4 */
const MAXIMUM_LABEL_LENGTH = 63;
/** RFC 1035 §2.3.4, with a length octet for every label and the root. */
const MAXIMUM_NAME_LENGTH = 255;
/** CoreDNS takes no longer text, escapes included. */
const MAXIMUM_TEXT_LENGTH = 255;

/** Why a text in presentation format (RFC 1035 §5.1) is no domain name; undefined when it is one. */
function nameFault(text: string): string | undefined {
  if (text === '') return 'it is empty';
  if (text === '.') return undefined;
  if (Buffer.byteLength(text) > MAXIMUM_TEXT_LENGTH) return `it is longer than ${MAXIMUM_TEXT_LENGTH} octets`;
  const escapes = /\\(?:([01]\d\d|2[0-4]\d|25[0-5])|[^\d])/gsu;
  // A character of one octet stands for what is escaped, so that only lengths and dots remain to be looked at.
  const plain = text.replace(escapes, (escape) => 'x'.repeat(escape.length === 4 ? 1 : Buffer.byteLength(escape) - 1));
  if (plain.includes('\\')) return 'a "\\" needs a character or the three digits of an octet behind it';
  const labels = plain.replace(/\.$/, '').split('.');
  if (labels.includes('')) return 'a label is empty';
  const lengths = labels.map((label) => Buffer.byteLength(label));
  if (lengths.some((length) => length > MAXIMUM_LABEL_LENGTH)) {
    return `a label is longer than ${MAXIMUM_LABEL_LENGTH} octets`;
  }
  if (lengths.reduce((sum, length) => sum + length + 1, 1) > MAXIMUM_NAME_LENGTH) {
    return `it is longer than ${MAXIMUM_NAME_LENGTH} octets`;
  }
  return undefined;
}

/** ASCII letters only (RFC 4343 §3). */
function lowerCase(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Adds the final dot, unless there is one that is not escaped. */
function absolute(name: string): string {
  return /(?<!\\)(?:\\\\)*\.$/.test(name) ? name : `${name}.`;
}
