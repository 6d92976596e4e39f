import { CLASS } from '../dns/codes.ts';
import type { ResourceRecord } from '../dns/message.ts';
import { DomainName, MAXIMUM_NAME_LENGTH } from '../dns/name.ts';
import { CNAME } from '../dns/records/cname.ts';
import { DNAME } from '../dns/records/dname.ts';
import { TYPE } from '../dns/types.ts';
import { additionalsOf } from './additionals.ts';
import type { RecordSet } from './record-set.ts';
import { referral } from './referral.ts';
import { cutOf } from './tree.ts';
import type { Zone } from './zone.ts';
import { makeAnswer, nameServersOf, type ZoneAnswer, type ZoneQuestion } from './zone-answer.ts';

/** Aliases in one answer; more of them are a mistake. CoreDNS's limit. */
const LONGEST_CHAIN = 10;

/** The alias, `first`, those that it leads to in the zone, and the records at their end, as far as the zone has them. */
export function followAlias(zone: Zone, question: ZoneQuestion, first: readonly ResourceRecord[]): ZoneAnswer {
  const target = targetOf(first);
  if (target === undefined) throw new TypeError('there is no alias to follow');
  return follow(zone, question, [...first], target);
}

/** The DNAME record, the CNAME record that it makes for the name (RFC 6672 §3.1), and what that leads to. */
export function followDname(zone: Zone, question: ZoneQuestion, set: RecordSet): ZoneAnswer {
  const { name, type, dnssecOk } = question;
  const dname = set.records[0];
  if (dname === undefined || !DNAME.is(dname)) throw new TypeError(`there is no DNAME record above ${name.text}`);
  const target = substitute(name, dname.name, dname.data.target);
  if (target === undefined) return makeAnswer('overlong-name', { answers: set.for(dnssecOk) });
  if (target.equals(name)) return makeAnswer('loop');
  const answers = [...set.for(dnssecOk), CNAME.make(name, dname.ttl, { target }, CLASS.IN)];
  if (type === TYPE.CNAME) return makeAnswer('answer', { answers, authorities: nameServersOf(zone, dnssecOk) });
  return follow(zone, question, answers, target);
}

/** Adds to `answers`, which lead to `target`. */
function follow(zone: Zone, question: ZoneQuestion, answers: ResourceRecord[], target: DomainName): ZoneAnswer {
  const { type, dnssecOk } = question;
  const authorities = nameServersOf(zone, dnssecOk);
  let next = target;
  for (let length = 1; ; length++) {
    const cut = cutOf(zone, next);
    if (cut !== undefined) return { ...referral(zone, cut, question), authoritative: true, answers };
    const node = isAskedOfServer(zone, question, next) ? undefined : zone.nodes.get(next.canonical);
    if (node === undefined || !node.hasRecords) return makeAnswer('answer', { answers, authorities, alias: next });
    const alias = node.set(CNAME.code);
    const further = targetOf(alias?.records ?? []);
    if (further?.equals(next) === true) return makeAnswer('loop');
    const set = node.set(type);
    if (set !== undefined) {
      answers.push(...set.for(dnssecOk));
      return makeAnswer('answer', { answers, authorities, additionals: additionalsOf(zone, set, dnssecOk) });
    }
    if (alias === undefined || further === undefined || length === LONGEST_CHAIN) {
      return makeAnswer('answer', { answers, authorities });
    }
    answers.push(...alias.for(dnssecOk));
    next = further;
  }
}

/** SOA and NS of the apex are not in its node. CoreDNS asks the server about NS of all names. */
function isAskedOfServer(zone: Zone, { type }: ZoneQuestion, target: DomainName): boolean {
  return type === TYPE.NS || (type === TYPE.SOA && target.equals(zone.origin));
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
