import { TYPE } from '../dns/types.ts';
import { glueOf } from './additionals.ts';
import { makeAnswer, type ZoneAnswer, type ZoneQuestion } from './zone-answer.ts';
import type { Zone } from './zone.ts';
import type { ZoneNode } from './zone-node.ts';

/** Names the servers that have the name (RFC 1034 §4.3.2 step 3b). */
export function referral(zone: Zone, cut: ZoneNode, { dnssecOk }: ZoneQuestion): ZoneAnswer {
  const servers = cut.set(TYPE.NS);
  if (servers === undefined) throw new TypeError(`${cut.name.text} is no cut`);
  const signers = dnssecOk ? cut.set(TYPE.DS) : undefined;
  return makeAnswer('referral', {
    authoritative: false,
    authorities: signers === undefined ? servers.for(dnssecOk) : [...servers.for(true), ...signers.for(true)],
    additionals: glueOf(zone, cut.name, servers),
  });
}
