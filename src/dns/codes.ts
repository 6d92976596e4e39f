import { numberAfter } from './types.ts';

/** Classes (RFC 1035 §3.2.4; NONE and ANY: RFC 2136 §1.3). */
export const CLASS = { IN: 1, CS: 2, CH: 3, HS: 4, NONE: 254, ANY: 255 } as const;

/** Opcodes (RFC 6895 §2.2). */
export const OPCODE = { QUERY: 0, IQUERY: 1, STATUS: 2, NOTIFY: 4, UPDATE: 5, STATEFUL: 6 } as const;

/** Response codes (RFC 6895 §2.3). 16 is BADVERS in a message with EDNS and BADSIG in a TSIG record. */
export const RCODE = {
  NOERROR: 0,
  FORMERR: 1,
  SERVFAIL: 2,
  NXDOMAIN: 3,
  NOTIMP: 4,
  REFUSED: 5,
  YXDOMAIN: 6,
  YXRRSET: 7,
  NXRRSET: 8,
  NOTAUTH: 9,
  NOTZONE: 10,
  DSOTYPENI: 11,
  BADVERS: 16,
  BADSIG: 16,
  BADKEY: 17,
  BADTIME: 18,
  BADMODE: 19,
  BADNAME: 20,
  BADALG: 21,
  BADTRUNC: 22,
  BADCOOKIE: 23,
} as const;

/** EDNS option codes (IANA registry "DNS EDNS0 Option Codes"). */
export const EDNS_OPTION = {
  LLQ: 1,
  UL: 2,
  NSID: 3,
  DAU: 5,
  DHU: 6,
  N3U: 7,
  ECS: 8,
  EXPIRE: 9,
  COOKIE: 10,
  TCP_KEEPALIVE: 11,
  PADDING: 12,
  CHAIN: 13,
  KEY_TAG: 14,
  EDE: 15,
  CLIENT_TAG: 16,
  SERVER_TAG: 17,
  REPORT_CHANNEL: 18,
  ZONEVERSION: 19,
} as const;

const classes = table(CLASS);
const opcodes = table(OPCODE);
const rcodes = table(RCODE);
const ednsOptions = table(EDNS_OPTION);

/** The name of a class, `CLASS1234` where there is none (RFC 3597 §5). */
export function className(code: number): string {
  return classes.names.get(code) ?? `CLASS${code}`;
}

/** The code of a class given by name or as `CLASS1234`, in any letter case. */
export function parseClass(text: string): number | undefined {
  const upper = text.toUpperCase();
  return classes.codes.get(upper) ?? numberAfter('CLASS', upper);
}

/** The name of an opcode, `OPCODE7` where there is none. */
export function opcodeName(code: number): string {
  return opcodes.names.get(code) ?? `OPCODE${code}`;
}

/** The code of an opcode given by name or as `OPCODE7`, in any letter case. */
export function parseOpcode(text: string): number | undefined {
  const upper = text.toUpperCase();
  return opcodes.codes.get(upper) ?? numberAfter('OPCODE', upper);
}

/** The name of an rcode, `RCODE1234` where there is none; 16 is `BADVERS`. */
export function rcodeName(code: number): string {
  return rcodes.names.get(code) ?? `RCODE${code}`;
}

/** The code of an rcode given by name or as `RCODE1234`, in any letter case. */
export function parseRcode(text: string): number | undefined {
  const upper = text.toUpperCase();
  return rcodes.codes.get(upper) ?? numberAfter('RCODE', upper);
}

/** The name of an EDNS option, `OPTION1234` where there is none. */
export function ednsOptionName(code: number): string {
  return ednsOptions.names.get(code) ?? `OPTION${code}`;
}

/** The code of an EDNS option given by name or as `OPTION1234`, in any letter case. */
export function parseEdnsOption(text: string): number | undefined {
  const upper = text.toUpperCase();
  return ednsOptions.codes.get(upper) ?? numberAfter('OPTION', upper);
}

/** Both directions of a code table; where two names share a code the first is the one printed. */
function table(entries: Readonly<Record<string, number>>): {
  readonly names: ReadonlyMap<number, string>;
  readonly codes: ReadonlyMap<string, number>;
} {
  const names = new Map<number, string>();
  for (const [name, code] of Object.entries(entries)) {
    if (!names.has(code)) names.set(code, name);
  }
  return { names, codes: new Map(Object.entries(entries)) };
}
