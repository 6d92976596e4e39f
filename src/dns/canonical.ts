import { writeRecord } from './encode.ts';
import { smallLetter } from './letter-case.ts';
import { type ResourceRecord, withTtl } from './message.ts';
import type { DomainName } from './name.ts';
import { canonicalData, writeData } from './records/data.ts';
import { WireWriter } from './writer.ts';

/** The record as it is signed: names in lower case, nothing compressed, the original TTL (RFC 4034 §6.2). */
export function canonicalRecord(record: ResourceRecord, originalTtl: number): Uint8Array {
  const writer = new WireWriter();
  const name = record.name.toLowerCase();
  writeRecord(writer, { ...withTtl(record, originalTtl), name, data: canonicalData(record) });
  return writer.written;
}

/** The data alone in canonical form: equal for records that are the same but for TTL and letter case. */
export function canonicalDataOctets(record: ResourceRecord): Uint8Array {
  const writer = new WireWriter();
  writeData(writer, { ...record, data: canonicalData(record) });
  return writer.written;
}

/** Same owner, type, class and data, whatever the TTL and the letter case of names (RFC 2181 §5). */
export function sameRecord(a: ResourceRecord, b: ResourceRecord): boolean {
  if (a === b) return true;
  if (a.type !== b.type || a.class !== b.class || !a.name.equals(b.name)) return false;
  return a.data === b.data || Buffer.compare(canonicalDataOctets(a), canonicalDataOctets(b)) === 0;
}

/** Canonical order of names: by labels from the right, in lower case, the shorter first (RFC 4034 §6.1). */
export function compareNames(a: DomainName, b: DomainName): number {
  const labelsA = labelStarts(a.wire);
  const labelsB = labelStarts(b.wire);
  for (let i = 1; i <= labelsA.length && i <= labelsB.length; i++) {
    const order = compareLabels(a.wire, labelsA.at(-i) ?? 0, b.wire, labelsB.at(-i) ?? 0);
    if (order !== 0) return order;
  }
  return labelsA.length - labelsB.length;
}

function labelStarts(wire: Uint8Array): number[] {
  const starts: number[] = [];
  for (let i = 0; wire[i] !== 0; i += (wire[i] ?? 0) + 1) starts.push(i);
  return starts;
}

function compareLabels(a: Uint8Array, startA: number, b: Uint8Array, startB: number): number {
  const lengthA = a[startA] ?? 0;
  const lengthB = b[startB] ?? 0;
  for (let i = 1; i <= lengthA && i <= lengthB; i++) {
    const order = smallLetter(a[startA + i] ?? 0) - smallLetter(b[startB + i] ?? 0);
    if (order !== 0) return order;
  }
  return lengthA - lengthB;
}
