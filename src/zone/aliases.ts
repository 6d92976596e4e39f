import { CLASS } from '../dns/codes.ts';
import type { ResourceRecord } from '../dns/message.ts';
import { DomainName, MAXIMUM_NAME_LENGTH } from '../dns/name.ts';
import { CNAME } from '../dns/records/cname.ts';
import { DNAME } from '../dns/records/dname.ts';
import { TYPE } from '../dns/types.ts';
import { additionalsOf } from './additionals.ts';
import type { RecordSet } from './record-set.ts';
import { referral } from './referral.ts';
import { coverOf } from './tree.ts';
import type { Zone } from './zone.ts';
import { makeAnswer, nameServersOf, type ZoneAnswer, type ZoneQuestion } from './zone-answer.ts';

/** Aliases in one answer; more of them are a mistake. CoreDNS's limit. */
const LONGEST_CHAIN = 10;

/** The alias, `first`, those that it leads to in the zone, and the records at their end, as far as the zone has them. */
export function followAlias(zone: Zone, question: ZoneQuestion, first: readonly ResourceRecord[]): ZoneAnswer {
  const { type, dnssecOk } = question;
  const answers: ResourceRecord[] = [...first];
  let target = targetOf(first);
  if (target === undefined) throw new TypeError('there is no alias to follow');
  for (let length = 1; ; length++) {
    const authorities = nameServersOf(zone, dnssecOk);
    const node = zone.nodes.get(target.canonical);
    const cover = target.isWithin(zone.origin) ? coverOf(zone, target.canonical) : undefined;
    if (cover?.isCut === true) return { ...referral(zone, cover, question), authoritative: true, answers };
    if (node === undefined || !node.hasRecords) return makeAnswer('answer', { answers, authorities, alias: target });
    const set: RecordSet | undefined = node.set(type);
    const next: RecordSet | undefined = set === undefined ? node.set(CNAME.code) : undefined;
    if (next === undefined) {
      if (set === undefined) return makeAnswer('answer', { answers, authorities });
      answers.push(...set.for(dnssecOk));
      return makeAnswer('answer', { answers, authorities, additionals: additionalsOf(zone, set) });
    }
    if (length === LONGEST_CHAIN) return makeAnswer('answer', { answers, authorities });
    answers.push(...next.for(dnssecOk));
    target = targetOf(next.records) ?? target;
  }
}

/** The DNAME record, and the CNAME record that it makes for the name (RFC 6672 §3.1). */
export function followDname(zone: Zone, { name, type, dnssecOk }: ZoneQuestion, set: RecordSet): ZoneAnswer {
  const dname = set.records[0];
  if (dname === undefined || !DNAME.is(dname)) return makeAnswer('loop');
  const answers = set.for(dnssecOk);
  const target = substitute(name, dname.name, dname.data.target);
  if (target === undefined) return makeAnswer('overlong-name', { answers });
  if (target.equals(name)) return makeAnswer('loop');
  return makeAnswer('answer', {
    answers: [...answers, CNAME.make(name, dname.ttl, { target }, CLASS.IN)],
    authorities: nameServersOf(zone, dnssecOk),
    alias: type === TYPE.CNAME ? undefined : target,
  });
}

/** The name with `suffix` in the place of `owner`; undefined when it gets too long. */
function substitute(name: DomainName, owner: DomainName, suffix: DomainName): DomainName | undefined {
  const prefix = name.wire.subarray(0, name.wire.length - owner.wire.length);
  if (prefix.length + suffix.wire.length > MAXIMUM_NAME_LENGTH) return undefined;
  const wire = new Uint8Array(prefix.length + suffix.wire.length);
  wire.set(prefix);
  wire.set(suffix.wire, prefix.length);
  return DomainName.fromWire(wire);
}

export function targetOf([record]: readonly ResourceRecord[]): DomainName | undefined {
  return record !== undefined && CNAME.is(record) ? record.data.target : undefined;
}
