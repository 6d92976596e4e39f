import { DecodeError } from './json.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import { INITIAL_EVENTS_END } from './watch-event.ts';
import type { WatchEvent } from './wire-format.ts';

/** What every object starts with in the binary form of the API: `k8s` and a zero. */
export const MAGIC: Buffer = Buffer.from([0x6b, 0x38, 0x73, 0x00]);

/** The field of runtime.Unknown that has the object itself; the others name its type. */
export const RAW = 2;

/**
 * Puts the reader at the beginning of the object in an envelope (magic octets and a runtime.Unknown), which it is at
 * the beginning of, and returns the object's end. Throws DecodeError.
 */
export function openEnvelope(reader: ProtobufReader, octets: Buffer, end: number): number {
  const { position } = reader;
  if (MAGIC.compare(octets, position, Math.min(position + MAGIC.length, end)) !== 0) {
    throw new DecodeError('it does not begin with k8s and a zero');
  }
  reader.leave(position + MAGIC.length);
  while (reader.more(end)) {
    if (reader.field() === RAW) return reader.open();
    reader.skip();
  }
  // An object whose fields are all empty.
  return end;
}

/** The object of a BOOKMARK event. */
export function readBookmark(reader: ProtobufReader, end: number): WatchEvent {
  let resourceVersion = '';
  let endsInitialEvents = false;
  while (reader.more(end)) {
    if (reader.field() !== 1) {
      reader.skip();
      continue;
    }
    const metaEnd = reader.open();
    while (reader.more(metaEnd)) {
      const field = reader.field();
      if (field === 6) resourceVersion = reader.text();
      else if (field === 12) {
        const [key, value] = reader.mapEntry();
        if (key === INITIAL_EVENTS_END) endsInitialEvents = value === 'true';
      } else reader.skip();
    }
  }
  return { type: 'BOOKMARK', resourceVersion, endsInitialEvents };
}

/** A Status as ApiError takes it: in its JSON form, with what it looks at. */
export function readStatus(reader: ProtobufReader, end: number): Readonly<Record<string, unknown>> {
  const status: Record<string, unknown> = { kind: 'Status' };
  while (reader.more(end)) {
    const field = reader.field();
    if (field === 3) status['message'] = reader.text();
    else if (field === 4) status['reason'] = reader.text();
    else if (field === 5) status['details'] = readDetails(reader);
    else if (field === 6) status['code'] = reader.number();
    else reader.skip();
  }
  return status;
}

function readDetails(reader: ProtobufReader): object {
  const end = reader.open();
  const causes: object[] = [];
  let retryAfterSeconds: number | undefined;
  while (reader.more(end)) {
    const field = reader.field();
    if (field === 4) causes.push({ reason: reader.textIn(1) });
    else if (field === 5) retryAfterSeconds = reader.number();
    else reader.skip();
  }
  // Go writes numbers that are not set as 0.
  return { causes, ...(retryAfterSeconds ? { retryAfterSeconds } : {}) };
}

/** The Status in the body of an answer; the body itself as text when it is none. */
export function readStatusBody(body: Buffer): unknown {
  const reader = new ProtobufReader();
  reader.begin(body, 0, body.length);
  try {
    return readStatus(reader, openEnvelope(reader, body, body.length));
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error;
    return body.toString('latin1');
  }
}
