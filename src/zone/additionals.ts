import type { ResourceRecord } from '../dns/message.ts';
import type { DomainName } from '../dns/name.ts';
import { HTTPS } from '../dns/records/https.ts';
import { MX } from '../dns/records/mx.ts';
import { NS } from '../dns/records/ns.ts';
import { SRV } from '../dns/records/srv.ts';
import { SVCB } from '../dns/records/svcb.ts';
import { TYPE } from '../dns/types.ts';
import { joinSets, type RecordSet } from './record-set.ts';
import type { Zone } from './zone.ts';

/** Addresses in the zone of the names that the records of the set point at (RFC 1034 §4.3.2 step 6), each name once. */
export function additionalsOf(zone: Zone, set: RecordSet, dnssecOk: boolean): readonly ResourceRecord[] {
  return joinSets((set.addresses ??= addressesOf(zone, set.records.map(targetOf))), dnssecOk);
}

/** The addresses without which the name servers of a cut cannot be reached: those at names below it. They have no signatures. */
export function glueOf(zone: Zone, cut: DomainName, set: RecordSet): readonly ResourceRecord[] {
  const targets = (): readonly (DomainName | undefined)[] =>
    set.records.map(targetOf).filter((target) => target?.isWithin(cut));
  return joinSets((set.addresses ??= addressesOf(zone, targets())), false);
}

function addressesOf(zone: Zone, targets: readonly (DomainName | undefined)[]): readonly RecordSet[] {
  const keys = new Set(targets.map((target) => target?.canonical));
  const sets: RecordSet[] = [];
  for (const key of keys) {
    const node = key === undefined ? undefined : zone.nodes.get(key);
    for (const set of [node?.set(TYPE.A), node?.set(TYPE.AAAA)]) if (set !== undefined) sets.push(set);
  }
  return sets;
}

function targetOf(record: ResourceRecord): DomainName | undefined {
  if (NS.is(record)) return record.data.nameServer;
  if (SRV.is(record) || SVCB.is(record) || HTTPS.is(record)) return record.data.target;
  return MX.is(record) ? record.data.exchange : undefined;
}
