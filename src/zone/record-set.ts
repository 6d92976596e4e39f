import type { ResourceRecord } from '../dns/message.ts';
import { RRSIG } from '../dns/records/rrsig.ts';

const NONE: readonly ResourceRecord[] = [];

/** All records of one type at one name, in the order of the zone file, and their signatures. Not changed once the zone is complete. */
export class RecordSet {
  readonly type: number;
  /** The order and the TTLs are those of the file. */
  readonly records: readonly ResourceRecord[];
  /** RRSIG records that cover the type. */
  readonly signatures: readonly ResourceRecord[];
  /** Sets of addresses of the names that the records point at; found by whoever needs them first. */
  addresses: readonly RecordSet[] | undefined;
  readonly #signed: readonly ResourceRecord[];

  constructor(type: number, records: readonly ResourceRecord[], signatures: readonly ResourceRecord[] = NONE) {
    this.type = type;
    this.records = records;
    this.signatures = signatures;
    this.#signed = signatures.length === 0 ? records : [...records, ...signatures];
  }

  /** The records, and their signatures if the client understands them (RFC 4035 §3.1.1). */
  for(dnssecOk: boolean): readonly ResourceRecord[] {
    return dnssecOk ? this.#signed : this.records;
  }
}

/** All records of the sets, with their signatures if the client understands them. */
export function joinSets(sets: readonly RecordSet[], dnssecOk: boolean): readonly ResourceRecord[] {
  const [only] = sets;
  if (only === undefined) return NONE;
  return sets.length === 1 ? only.for(dnssecOk) : sets.flatMap((set) => set.for(dnssecOk));
}

/** The sets of the records of one name, each with its signatures. RRSIG records are a set of their own besides. */
export function groupRecords(records: readonly ResourceRecord[]): RecordSet[] {
  const byType = new Map<number, ResourceRecord[]>();
  for (const record of records) {
    const same = byType.get(record.type);
    if (same === undefined) byType.set(record.type, [record]);
    else same.push(record);
  }
  const signatures = (byType.get(RRSIG.code) ?? []).filter((record) => RRSIG.is(record));
  return Array.from(byType, ([type, same]) => {
    const own = signatures.filter(({ data }) => data.typeCovered === type);
    return new RecordSet(type, same, own);
  });
}
