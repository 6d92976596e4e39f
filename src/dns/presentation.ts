import { CLASS, className, parseClass } from './codes.ts';
import type { ResourceRecord } from './message.ts';
import { DomainName } from './name.ts';
import { WireError, WireReader } from './reader.ts';
import { printData, readData } from './records/data.ts';
import { OpaqueData } from './records/opaque.ts';
import { recordTypeOf } from './records/registry.ts';
import { parseDuration, RecordSyntaxError, TokenCursor, tokenize } from './tokens.ts';
import { parseType, typeName } from './types.ts';

export interface ParseOptions {
  /** What relative names are relative to. Default: the root. */
  readonly origin?: DomainName;
  /** Seconds, for a record that states none. Default: 3600. */
  readonly defaultTtl?: number;
}

/** The TTL of a record that states none: an hour, what zone files have most. */
const DEFAULT_TTL = 3600;

/** `name ttl class type data`: names absolute, one space between fields. */
export function printRecord(record: ResourceRecord): string {
  const front = `${record.name.text} ${record.ttl} ${className(record.class)} ${typeName(record.type)}`;
  const data = printData(record);
  return data === '' ? front : `${front} ${data}`;
}

/**
 * One record in master file form (RFC 1035 §5.1): `name [ttl] [class] type data`, TTL and class in either order, class
 * IN if there is none, comments and parentheses allowed. Throws RecordSyntaxError.
 */
export function parseRecord(text: string, options: ParseOptions = {}): ResourceRecord {
  const [entry, second] = tokenize(text);
  if (entry === undefined) throw new RecordSyntaxError('there is no record', text.length);
  if (second !== undefined) {
    throw new RecordSyntaxError('more than one record', second.tokens[0]?.position ?? second.end);
  }
  const tokens = new TokenCursor(entry, options.origin ?? DomainName.root);
  const name = tokens.name('owner');
  const front = parseFront(tokens);
  const recordClass = front.class ?? CLASS.IN;
  const data = parseData(tokens, front.type, recordClass);
  return { name, type: front.type, class: recordClass, ttl: front.ttl ?? options.defaultTtl ?? DEFAULT_TTL, data };
}

/** What stands between the owner of a record and its data; undefined is what the record leaves to its surroundings. */
export interface RecordFront {
  readonly ttl: number | undefined;
  readonly class: number | undefined;
  readonly type: number;
}

/** `[ttl] [class] type`, TTL and class in either order. Throws RecordSyntaxError. */
export function parseFront(tokens: TokenCursor): RecordFront {
  let ttl: number | undefined;
  let recordClass: number | undefined;
  for (;;) {
    const token = tokens.next('type');
    if (ttl === undefined && /^\d/.test(token.text)) {
      ttl = parseDuration(token.text);
      if (ttl !== undefined) continue;
      throw new RecordSyntaxError(`no TTL such as 3600 or 1h: ${token.text}`, token.position);
    }
    if (recordClass === undefined) {
      recordClass = parseClass(token.text);
      if (recordClass !== undefined) continue;
    }
    const type = parseType(token.text);
    if (type === undefined) throw new RecordSyntaxError(`no record type: ${token.text}`, token.position);
    return { ttl, class: recordClass, type };
  }
}

/**
 * Record data up to the end of the entry, in the type's own form or as `\# length hex` (RFC 3597 §5). Throws
 * RecordSyntaxError.
 */
export function parseData(tokens: TokenCursor, type: number, recordClass: number): object {
  const first = tokens.peek();
  if (first?.text === '\\#' && !first.quoted) {
    return fromOpaque(OpaqueData.parse(tokens), type, recordClass, first.position);
  }
  const recordType = recordTypeOf(type);
  if (recordType === undefined) {
    const { position } = tokens.next('data');
    throw new RecordSyntaxError(`data of ${typeName(type)} have to be written as \\# length hex`, position);
  }
  const data = recordType.parse(tokens, 'data');
  tokens.expectEnd();
  return data;
}

/** What the octets mean to the type, if we know it. */
function fromOpaque(opaque: OpaqueData, type: number, recordClass: number, position: number): object {
  const reader = new WireReader(opaque.octets);
  try {
    return readData(reader, type, recordClass, opaque.octets.length);
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    throw new RecordSyntaxError(`no data of ${typeName(type)}: ${error.message}`, position);
  }
}
