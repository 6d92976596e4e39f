import { withName } from '../dns/message.ts';
import { TYPE } from '../dns/types.ts';
import { additionalsOf } from './additionals.ts';
import { followAlias, followDname, targetOf } from './aliases.ts';
import { denialOfName, denialOfType, denialOfWildcard } from './denial.ts';
import { parentKey, wildcardKey } from './name-key.ts';
import type { RecordSet } from './record-set.ts';
import { referral } from './referral.ts';
import { encloserOf } from './tree.ts';
import type { Zone } from './zone.ts';
import { makeAnswer, nameServersOf, startOfAuthority, type ZoneAnswer, type ZoneQuestion } from './zone-answer.ts';
import type { ZoneNode } from './zone-node.ts';

/** Answers from the zone (RFC 1034 §4.3.2) as CoreDNS does it. */
export function lookup(zone: Zone, question: ZoneQuestion): ZoneAnswer {
  const { name, type, dnssecOk } = question;
  const key = name.canonical;
  if (key === zone.origin.canonical) {
    if (type === TYPE.SOA) {
      return makeAnswer('answer', {
        answers: zone.soaSet.for(dnssecOk),
        authorities: nameServersOf(zone, dnssecOk),
      });
    }
    if (type === TYPE.NS) {
      const { nameServers } = zone;
      if (nameServers === undefined) return makeAnswer('answer');
      return makeAnswer('answer', {
        answers: nameServers.for(dnssecOk),
        additionals: additionalsOf(zone, nameServers, dnssecOk),
      });
    }
  }
  const node = zone.nodes.get(key);
  const closest = node ?? encloserOf(zone, key);
  const cover = node === undefined ? closest.coverBelow : node.cover;
  if (cover !== undefined) {
    const dname = cover.set(TYPE.DNAME);
    return dname === undefined ? referral(zone, cover, question) : followDname(zone, question, dname);
  }
  if (node?.hasRecords !== true) return fromWildcard(zone, question, closest);
  return node.isCut && type !== TYPE.DS ? referral(zone, node, question) : fromNode(zone, node, question);
}

function fromNode(zone: Zone, node: ZoneNode, question: ZoneQuestion): ZoneAnswer {
  const { type, dnssecOk } = question;
  const alias = node.set(TYPE.CNAME);
  if (alias !== undefined && type !== TYPE.CNAME) {
    if (targetOf(alias.records)?.equals(node.name) === true) return makeAnswer('loop');
    return followAlias(zone, question, alias.for(dnssecOk));
  }
  const set = node.set(type);
  if (set === undefined) return noData(zone, question, denialOfType(node, dnssecOk));
  return makeAnswer('answer', {
    answers: set.for(dnssecOk),
    authorities: nameServersOf(zone, dnssecOk),
    additionals: additionalsOf(zone, set, dnssecOk),
  });
}

/**
 * What the wildcard right below `encloser` has for a name that does not exist. CoreDNS lets it stand for an empty non-terminal too, against
 * RFC 4592 §2.2.2.
 */
function fromWildcard(zone: Zone, question: ZoneQuestion, encloser: ZoneNode): ZoneAnswer {
  const { name, type, dnssecOk } = question;
  const exists = encloser.name.equals(name);
  const above = exists ? parentKey(name.canonical) : encloser.name.canonical;
  const wildcard = name.equals(zone.origin) ? undefined : zone.nodes.get(wildcardKey(above));
  if (wildcard === undefined) {
    // An apex with nothing but SOA and NS has names below it only if the zone has other names.
    return makeAnswer(exists && zone.nodes.size > 1 ? 'empty-name' : 'no-name', {
      authorities: [...startOfAuthority(zone, dnssecOk), ...denialOfName(zone, question, encloser)],
    });
  }
  const from = { wildcard: wildcard.name };
  const alias = wildcard.set(TYPE.CNAME);
  if (alias !== undefined && type !== TYPE.CNAME) {
    return { ...followAlias(zone, question, withOwner(alias, question)), ...from };
  }
  const set = wildcard.set(type);
  if (set === undefined) return { ...noData(zone, question, denialOfType(wildcard, dnssecOk)), ...from };
  return makeAnswer('answer', {
    answers: withOwner(set, question),
    authorities: [...nameServersOf(zone, dnssecOk), ...denialOfWildcard(zone, question)],
    additionals: additionalsOf(zone, set, dnssecOk),
    ...from,
  });
}

/** The records of a wildcard under the name that was asked for (RFC 4592 §3.3.2). */
function withOwner(set: RecordSet, { name, dnssecOk }: ZoneQuestion): ZoneAnswer['answers'] {
  return set.for(dnssecOk).map((record) => withName(record, name));
}

function noData(zone: Zone, { dnssecOk }: ZoneQuestion, denial: ZoneAnswer['authorities']): ZoneAnswer {
  const authority = startOfAuthority(zone, dnssecOk);
  return makeAnswer('no-data', { authorities: denial.length === 0 ? authority : [...authority, ...denial] });
}
