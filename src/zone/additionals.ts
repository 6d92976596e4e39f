import type { ResourceRecord } from '../dns/message.ts';
import { DomainName } from '../dns/name.ts';
import { HTTPS } from '../dns/records/https.ts';
import { MX } from '../dns/records/mx.ts';
import { NS } from '../dns/records/ns.ts';
import { SRV } from '../dns/records/srv.ts';
import { SVCB } from '../dns/records/svcb.ts';
import { TYPE } from '../dns/types.ts';
import type { RecordSet } from './record-set.ts';
import type { Zone } from './zone.ts';

const NONE: readonly ResourceRecord[] = [];

/** Addresses in the zone of the names that the records of the set point at (RFC 1034 §4.3.2 step 6), each name once. */
export function additionalsOf(zone: Zone, set: RecordSet): readonly ResourceRecord[] {
  return (set.additionals ??= collect(zone, set.records.map(targetOf)));
}

/** The addresses without which the name servers of a cut cannot be reached: those at names below it. */
export function glueOf(zone: Zone, cut: DomainName, set: RecordSet): readonly ResourceRecord[] {
  return (set.additionals ??= collect(
    zone,
    set.records.map(targetOf).filter((target) => target?.isWithin(cut)),
  ));
}

function collect(zone: Zone, targets: readonly (DomainName | undefined)[]): readonly ResourceRecord[] {
  const keys = new Set(targets.map((target) => target?.canonical));
  const records: ResourceRecord[] = [];
  for (const key of keys) {
    const node = key === undefined ? undefined : zone.nodes.get(key);
    records.push(...(node?.set(TYPE.A)?.records ?? []), ...(node?.set(TYPE.AAAA)?.records ?? []));
  }
  return records.length === 0 ? NONE : records;
}

function targetOf(record: ResourceRecord): DomainName | undefined {
  if (NS.is(record)) return record.data.nameServer;
  if (SRV.is(record) || SVCB.is(record) || HTTPS.is(record)) return record.data.target;
  return MX.is(record) ? record.data.exchange : undefined;
}
