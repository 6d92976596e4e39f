import { CLASS } from '../codes.ts';
import type { ResourceRecord } from '../message.ts';
import { WireError, type WireReader } from '../reader.ts';
import type { WireWriter } from '../writer.ts';
import { OpaqueData } from './opaque.ts';
import { recordTypeOf } from './registry.ts';

/** Reads the `length` octets of data of a record, which have to be exactly what its type needs. Throws WireError. */
export function readData(reader: WireReader, type: number, recordClass: number, length: number): object {
  const end = reader.offset + length;
  if (end > reader.limit) throw new WireError('CUT', reader.offset, 'the message ends inside a record');
  const messageEnd = reader.limit;
  reader.limit = end;
  const data = readWithin(reader, type, recordClass);
  if (reader.offset !== end) throw new WireError('RDATA', reader.offset, 'a record has more data than its type');
  reader.limit = messageEnd;
  return data;
}

function readWithin(reader: WireReader, type: number, recordClass: number): object {
  // In updates, records of these classes stand for names and sets and have no data (RFC 2136 §2.4, §2.5).
  const absent = reader.remaining === 0 && (recordClass === CLASS.ANY || recordClass === CLASS.NONE);
  const recordType = absent ? undefined : recordTypeOf(type);
  return recordType === undefined ? OpaqueData.read(reader) : recordType.read(reader);
}

/** Writes the data of a record, without their length. */
export function writeData(writer: WireWriter, record: ResourceRecord): void {
  if (record.data instanceof OpaqueData) record.data.write(writer);
  else knownType(record.type).write(writer, record.data);
}

/** Octets that `writeData` writes without compression. */
export function dataLength(record: ResourceRecord): number {
  if (record.data instanceof OpaqueData) return record.data.octets.length;
  return knownType(record.type).length(record.data);
}

/** The data in presentation format. */
export function printData(record: ResourceRecord): string {
  return record.data instanceof OpaqueData ? record.data.print() : knownType(record.type).print(record.data);
}

/** The data with the names that RFC 4034 §6.2 lists in lower case. */
export function canonicalData(record: ResourceRecord): object {
  return record.data instanceof OpaqueData ? record.data : knownType(record.type).canonical(record.data);
}

function knownType(code: number): NonNullable<ReturnType<typeof recordTypeOf>> {
  const type = recordTypeOf(code);
  if (type === undefined) throw new TypeError(`type ${code} is unknown: its data have to be OpaqueData`);
  return type;
}
