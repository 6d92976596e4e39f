import type { DecodedObject, IsStored, SharedValues } from './decoded-object.ts';
import { decodeProtobuf, type ProtobufKind } from './decode-protobuf.ts';
import { MAXIMUM_OBJECT_BYTES, WireError } from './frames.ts';
import { DecodeError } from './json.ts';
import { OctetQueue } from './octet-queue.ts';
import { openEnvelope, readBookmark, readStatus } from './protobuf-envelope.ts';
import { ProtobufListReader } from './protobuf-list.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import type { ResourceKind } from './resources.ts';
import { NAME_ONLY, toApiError } from './watch-event.ts';
import type { WatchEvent, WatchReader, WireFormat } from './wire-format.ts';

/** The API's binary form: a list is one message, a watch is messages with their lengths before them. */
export const protobufWire: WireFormat = {
  listReader: (kind, shared, isStored) => new ProtobufListReader(binaryKind(kind), shared, isStored),
  watchReader: (kind, shared, isStored) => new ProtobufWatchReader(binaryKind(kind), shared, isStored),
};

function binaryKind(kind: ResourceKind): ProtobufKind {
  if (kind === 'ServiceImport') throw new WireError('the answer is protobuf, which a custom resource does not have');
  return kind;
}

// Before each message stands its length, in 32 bits, the highest first.
const LENGTH_OCTETS = 4;

class ProtobufWatchReader implements WatchReader {
  readonly #kind: ProtobufKind;
  readonly #shared: SharedValues;
  readonly #isStored: IsStored;
  readonly #queue = new OctetQueue();
  readonly #reader = new ProtobufReader();

  constructor(kind: ProtobufKind, shared: SharedValues, isStored: IsStored) {
    this.#kind = kind;
    this.#shared = shared;
    this.#isStored = isStored;
  }

  *push(chunk: Uint8Array): Generator<WatchEvent, void> {
    const queue = this.#queue;
    queue.add(chunk);
    while (queue.length >= LENGTH_OCTETS) {
      const length = queue.buffer.readUInt32BE(queue.start);
      if (length > MAXIMUM_OBJECT_BYTES) throw new WireError(`a watch event of ${length} bytes is not possible`);
      if (queue.length < LENGTH_OCTETS + length) break;
      const start = queue.start + LENGTH_OCTETS;
      this.#reader.begin(queue.buffer, start, start + length);
      const event = this.#readEvent(start + length);
      queue.drop(LENGTH_OCTETS + length);
      yield event;
    }
  }

  /** A WatchEvent: its type and, in a RawExtension, its object. */
  #readEvent(end: number): WatchEvent {
    const reader = this.#reader;
    let type = '';
    try {
      while (reader.more(end)) {
        const field = reader.field();
        if (field === 1) type = reader.text();
        else if (field === 2) return this.#readObject(type, reader.open());
        else reader.skip();
      }
      return this.#readObject(type, end);
    } catch (error) {
      throw error instanceof DecodeError ? new WireError(`a watch event is not readable: ${error.message}`) : error;
    }
  }

  #readObject(type: string, end: number): WatchEvent {
    const reader = this.#reader;
    let objectEnd = end;
    if (reader.more(end) && reader.field() === 1) {
      objectEnd = openEnvelope(reader, this.#queue.buffer, reader.open());
    }
    switch (type) {
      case 'ADDED':
      case 'MODIFIED':
        return { type, item: this.#decode(objectEnd, this.#isStored) };
      case 'DELETED':
        return { type, item: this.#decode(objectEnd, NAME_ONLY) };
      case 'BOOKMARK':
        return readBookmark(reader, objectEnd);
      case 'ERROR':
        return { type, error: toApiError(readStatus(reader, objectEnd)) };
      default:
        return { type: 'UNKNOWN', name: type };
    }
  }

  #decode(end: number, isStored: IsStored): DecodedObject {
    return decodeProtobuf(this.#kind, this.#reader, end, this.#shared, isStored);
  }
}
