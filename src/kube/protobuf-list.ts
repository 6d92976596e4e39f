import type { DecodedObject, IsStored, SharedValues } from './decoded-object.ts';
import { decodeProtobuf, type ProtobufKind } from './decode-protobuf.ts';
import { MAXIMUM_OBJECT_BYTES, WireError } from './frames.ts';
import { DecodeError } from './json.ts';
import { OctetQueue } from './octet-queue.ts';
import { MAGIC, RAW } from './protobuf-envelope.ts';
import { ProtobufReader } from './protobuf-reader.ts';
import type { ListMeta, ListReader } from './wire-format.ts';

// Fields of every …List.
const LIST_META = 1;
const ITEMS = 2;

/**
 * Decodes a list object by object while it arrives. It is an envelope (see protobuf-envelope.ts) around a message
 * whose fields are the list's metadata and, one after the other, its items.
 */
export class ProtobufListReader implements ListReader {
  readonly #kind: ProtobufKind;
  readonly #shared: SharedValues;
  readonly #isStored: IsStored;
  readonly #queue = new OctetQueue();
  readonly #reader = new ProtobufReader();
  #hasMagic = false;
  /** Octets of the list that are still to come; undefined while the envelope is read. */
  #left: number | undefined;
  #meta: ListMeta | undefined;

  constructor(kind: ProtobufKind, shared: SharedValues, isStored: IsStored) {
    this.#kind = kind;
    this.#shared = shared;
    this.#isStored = isStored;
  }

  *push(chunk: Uint8Array): Generator<DecodedObject, void> {
    this.#queue.add(chunk);
    if (!this.#hasMagic && !this.#readMagic()) return;
    for (let field = this.#readField(); field !== 'incomplete'; field = this.#readField()) {
      if (field !== 'no item') yield field;
    }
  }

  end(): ListMeta {
    if (this.#meta === undefined) throw new WireError('the answer is not a list: it has no metadata.resourceVersion');
    if (this.#queue.length > 0 || (this.#left ?? 0) > 0) throw new WireError('the list ends in the middle');
    return this.#meta;
  }

  #readMagic(): boolean {
    const { buffer, start, length } = this.#queue;
    if (length < MAGIC.length) return false;
    if (MAGIC.compare(buffer, start, start + MAGIC.length) !== 0) {
      const text = buffer.toString('latin1', start, start + Math.min(length, 80));
      throw new WireError(`the answer is not protobuf: ${JSON.stringify(text)}`);
    }
    this.#queue.drop(MAGIC.length);
    this.#hasMagic = true;
    return true;
  }

  /** Reads one field of the envelope or of the list. */
  #readField(): DecodedObject | 'no item' | 'incomplete' {
    const { buffer, start, end } = this.#queue;
    const size = fieldSize(buffer, start, end);
    if (size === undefined) return 'incomplete';
    const reader = this.#reader;
    reader.begin(buffer, start, end);
    const field = reader.field();
    if (this.#left === undefined && field === RAW) {
      this.#left = size.whole - size.head;
      this.#queue.drop(size.head);
      return 'no item';
    }
    if (this.#left !== undefined && size.whole > this.#left) throw new WireError('an item is longer than the list');
    if (size.whole > MAXIMUM_OBJECT_BYTES) throw new WireError(`an object of ${size.whole} bytes is not possible`);
    if (size.whole > end - start) return 'incomplete';
    const item = this.#left === undefined ? 'no item' : this.#readListField(field);
    if (this.#left !== undefined) this.#left = size.whole === this.#left ? undefined : this.#left - size.whole;
    this.#queue.drop(size.whole);
    return item;
  }

  #readListField(field: number): DecodedObject | 'no item' {
    const reader = this.#reader;
    try {
      if (field === ITEMS) return decodeProtobuf(this.#kind, reader, reader.open(), this.#shared, this.#isStored);
      if (field === LIST_META) this.#meta = readListMeta(reader);
      return 'no item';
    } catch (error) {
      throw error instanceof DecodeError ? new WireError(`the answer is not a list: ${error.message}`) : error;
    }
  }
}

interface FieldSize {
  /** Octets of the tag and, where there is one, of the length. */
  readonly head: number;
  /** Octets of the whole field. */
  readonly whole: number;
}

/** How long the field at `start` is; undefined when its head is not complete before `end`. */
function fieldSize(octets: Buffer, start: number, end: number): FieldSize | undefined {
  const tagEnd = varintEnd(octets, start, end);
  if (tagEnd === undefined) return undefined;
  switch ((octets[start] ?? 0) & 7) {
    case 0: {
      const valueEnd = varintEnd(octets, tagEnd, end);
      return valueEnd === undefined ? undefined : { head: tagEnd - start, whole: valueEnd - start };
    }
    case 1:
      return { head: tagEnd - start, whole: tagEnd - start + 8 };
    case 2: {
      const head = varintEnd(octets, tagEnd, end);
      if (head === undefined) return undefined;
      return { head: head - start, whole: head - start + varintValue(octets, tagEnd, head) };
    }
    case 5:
      return { head: tagEnd - start, whole: tagEnd - start + 4 };
    default:
      throw new WireError('the answer is not a list: a field has an unknown wire type');
  }
}

function varintEnd(octets: Buffer, start: number, end: number): number | undefined {
  let at = start;
  while (at < end && (octets[at] ?? 0) >= 0x80) at++;
  if (at - start >= 10) throw new WireError('the answer is not a list: a number has more than 64 bits');
  return at < end ? at + 1 : undefined;
}

function varintValue(octets: Buffer, start: number, end: number): number {
  let value = 0;
  for (let at = end - 1; at >= start; at--) value = value * 128 + ((octets[at] ?? 0) & 0x7f);
  return value;
}

function readListMeta(reader: ProtobufReader): ListMeta {
  const end = reader.open();
  let resourceVersion = '';
  let continueToken = '';
  while (reader.more(end)) {
    const field = reader.field();
    if (field === 2) resourceVersion = reader.text();
    else if (field === 3) continueToken = reader.text();
    else reader.skip();
  }
  return { resourceVersion, continueToken };
}
