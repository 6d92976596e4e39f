import { RCODE } from '../dns/codes.ts';
import { lookup } from '../zone/lookup.ts';
import type { Zone } from '../zone/zone.ts';
import { nameServersOf, startOfAuthority, type ZoneAnswer } from '../zone/zone-answer.ts';
import { whenThere } from './later.ts';
import type { Query } from './query.ts';
import { makeFailure, makeReply, type Outcome, type Reply } from './reply.ts';
import type { Validity } from './validity.ts';

/** What a zone says to a query for a name in it. */
export function answerFrom(zone: Zone, query: Query): ZoneAnswer {
  const { name, type } = query.question;
  return lookup(zone, { name: name.toLowerCase(), type, dnssecOk: isDnssecOk(query) });
}

/** Is there no such name? Then, and not where only the type is missing, another plugin may know better. */
export function isUnknownName({ kind }: ZoneAnswer): boolean {
  return kind === 'no-name' || kind === 'empty-name';
}

/**
 * The reply with the zone's answer; aliases that leave the zone's knowledge are followed through the whole server. `validity`: how long an answer from this
 * zone alone holds.
 */
export function replyFrom(zone: Zone, answer: ZoneAnswer, query: Query, validity: Validity): Outcome {
  const { alias, wildcard } = answer;
  if (wildcard !== undefined) query.metadata?.set('zone/wildcard', () => wildcard.text);
  if (answer.kind === 'loop') {
    return makeFailure(query, RCODE.SERVFAIL, new Error(`${query.question.name.text} is an alias of itself`));
  }
  if (alias === undefined) return makeReply(query, { ...sectionsOf(answer), rcode: rcodeOf(answer), validity });
  return whenThere(query.resolve(query, { ...query.question, name: alias }), (target) =>
    join(zone, answer, query, target),
  );
}

function rcodeOf({ kind }: ZoneAnswer): number {
  if (kind === 'no-name') return RCODE.NXDOMAIN;
  return kind === 'overlong-name' ? RCODE.YXDOMAIN : RCODE.NOERROR;
}

/** The alias and what the server knows about its target. Other failures than these two leave the alias standing alone, as in CoreDNS. */
function join(zone: Zone, answer: ZoneAnswer, query: Query, target: Reply | null): Reply {
  const { rcode } = target ?? { rcode: RCODE.NOERROR };
  const records = target?.answers ?? [];
  const passed = rcode === RCODE.NXDOMAIN || rcode === RCODE.SERVFAIL ? rcode : RCODE.NOERROR;
  const denied = rcode === RCODE.NXDOMAIN || (target !== null && rcode === RCODE.NOERROR && records.length === 0);
  const authorities = denied ? startOfAuthority : nameServersOf;
  return makeReply(query, {
    ...sectionsOf(answer),
    rcode: passed,
    truncated: target?.truncated ?? false,
    answers: [...answer.answers, ...records],
    authorities: authorities(zone, isDnssecOk(query)),
    error: target?.error,
  });
}

function sectionsOf({
  authoritative,
  answers,
  authorities,
  additionals,
}: ZoneAnswer): Pick<Reply, 'authoritative' | 'answers' | 'authorities' | 'additionals'> {
  return { authoritative, answers, authorities, additionals };
}

function isDnssecOk({ message }: Query): boolean {
  return message.edns?.dnssecOk ?? false;
}
