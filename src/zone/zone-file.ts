import { dirname, resolve } from 'node:path';
import { CLASS } from '../dns/codes.ts';
import type { ResourceRecord } from '../dns/message.ts';
import type { DomainName } from '../dns/name.ts';
import { parseData, parseFront } from '../dns/presentation.ts';
import { type Entry, RecordSyntaxError, TokenCursor, tokenize } from '../dns/tokens.ts';
import { TYPE, typeName } from '../dns/types.ts';
import { generate } from './generate.ts';
import { placeIn, ZoneFileError, type ZoneFilePlace } from './zone-file-error.ts';

/** Files that include one another; more is a circle. CoreDNS's limit. */
const MAXIMUM_INCLUDE_DEPTH = 7;

/** Seconds, for records that $GENERATE makes without a TTL of their own: CoreDNS does not give them that of $TTL. */
const GENERATED_TTL = 3600;

/** A record and where it stands. */
export interface PlacedRecord {
  readonly record: ResourceRecord;
  readonly place: () => ZoneFilePlace;
}

export interface ZoneFileOptions {
  /** The path of the file; those that it includes are relative to its folder. */
  readonly file: string;
  readonly text: string;
  readonly origin: DomainName;
  /** The text of a file to include; what it throws becomes a ZoneFileError. */
  readonly readInclude: (path: string) => string;
}

/** What entries inherit from the ones before them. */
interface State {
  origin: DomainName;
  owner: DomainName | undefined;
  /** Seconds of $TTL or, while `ttlIsFixed` is false, of the last record that stated its own. */
  ttl: number | undefined;
  ttlIsFixed: boolean;
}

/**
 * The records of a zone file (RFC 1035 §5, RFC 2308 §4, RFC 3597 §5), with $ORIGIN, $TTL, $INCLUDE and $GENERATE, in their order. Throws
 * ZoneFileError when it gets to what is no record.
 */
export function parseZoneFile(options: ZoneFileOptions): Generator<PlacedRecord, void, undefined> {
  const state: State = { origin: options.origin, owner: undefined, ttl: undefined, ttlIsFixed: false };
  return parseFile(options, state, 0);
}

function* parseFile(options: ZoneFileOptions, state: State, depth: number): Generator<PlacedRecord, void, undefined> {
  const { file, text } = options;
  try {
    for (const entry of tokenize(text)) {
      const position = entry.tokens[0]?.position ?? entry.end;
      const place = (): ZoneFilePlace => placeIn(file, text, position);
      const [first] = entry.tokens;
      const directive = first?.quoted === false && first.text.startsWith('$') ? first.text.toUpperCase() : undefined;
      if (directive === undefined) {
        yield { record: readRecord(entry, state), place };
      } else if (directive === '$INCLUDE') {
        yield* include(entry, options, state, depth);
      } else if (directive === '$GENERATE') {
        const fresh: State = { origin: state.origin, owner: undefined, ttl: GENERATED_TTL, ttlIsFixed: true };
        for (const generated of generate(entry)) yield { record: readRecord(generated, fresh), place };
      } else {
        readSetting(directive, entry, state);
      }
    }
  } catch (error) {
    if (!(error instanceof RecordSyntaxError)) throw error;
    throw new ZoneFileError(error.message, placeIn(file, text, error.position));
  }
}

function readRecord(entry: Entry, state: State): ResourceRecord {
  const tokens = new TokenCursor(entry, state.origin);
  if (!entry.indented) state.owner = tokens.name('owner');
  const name = state.owner;
  const position = tokens.peek()?.position ?? entry.end;
  if (name === undefined) throw new RecordSyntaxError('the first record has no owner', position);
  const front = parseFront(tokens);
  if (front.type === TYPE.NSEC3 || front.type === TYPE.NSEC3PARAM) {
    throw new RecordSyntaxError(`NSEC3 is not supported, sign the zone with NSEC: ${typeName(front.type)}`, position);
  }
  const recordClass = front.class ?? CLASS.IN;
  const ttl = ttlOf(front.ttl, front.class !== undefined, state, position);
  return { name, type: front.type, class: recordClass, ttl, data: parseData(tokens, front.type, recordClass) };
}

/** CoreDNS's rule: a record that states none has $TTL, else that of the record before; 0 if there is none but a class. */
function ttlOf(stated: number | undefined, hasClass: boolean, state: State, position: number): number {
  if (stated !== undefined) {
    if (!state.ttlIsFixed) state.ttl = stated;
    return stated;
  }
  if (state.ttl !== undefined) return state.ttl;
  if (!hasClass)
    throw new RecordSyntaxError('the record has no TTL, and neither $TTL nor a record gives one before', position);
  return 0;
}

function readSetting(directive: string, entry: Entry, state: State): void {
  const tokens = new TokenCursor(entry, state.origin);
  const { position } = tokens.next('directive');
  if (directive === '$ORIGIN') {
    state.origin = tokens.name('origin');
  } else if (directive === '$TTL') {
    state.ttl = tokens.duration('TTL');
    state.ttlIsFixed = true;
  } else {
    throw new RecordSyntaxError(
      `no directive: ${directive}; there are $ORIGIN, $TTL, $INCLUDE and $GENERATE`,
      position,
    );
  }
  tokens.expectEnd();
}

/** `$INCLUDE FILE [ORIGIN]`: what the file sets ends with it. */
function* include(
  entry: Entry,
  { file, readInclude }: ZoneFileOptions,
  state: State,
  depth: number,
): Generator<PlacedRecord, void, undefined> {
  const tokens = new TokenCursor(entry, state.origin);
  const { position } = tokens.next('directive');
  const path = resolve(dirname(file), tokens.octetString('file'));
  const origin = tokens.done ? state.origin : tokens.name('origin');
  tokens.expectEnd();
  if (depth === MAXIMUM_INCLUDE_DEPTH) {
    throw new RecordSyntaxError(
      `files are included ${MAXIMUM_INCLUDE_DEPTH} deep already: is there a circle?`,
      position,
    );
  }
  let text: string;
  try {
    text = readInclude(path);
  } catch (error) {
    throw new RecordSyntaxError(
      `"${path}" cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      position,
    );
  }
  yield* parseFile({ file: path, text, origin, readInclude }, { ...state, origin }, depth + 1);
}
