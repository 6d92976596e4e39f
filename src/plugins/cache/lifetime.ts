import { RCODE } from '../../dns/codes.ts';
import { CNAME } from '../../dns/records/cname.ts';
import { RRSIG } from '../../dns/records/rrsig.ts';
import { TYPE } from '../../dns/types.ts';
import type { Clock } from '../../plugin-api/clock.ts';
import { classifyReply, hasAnswers, hasSoa, type ReplyKind } from '../../plugin-api/classify.ts';
import type { Query } from '../../plugin-api/query.ts';
import type { Reply } from '../../plugin-api/reply.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';

/** The TTL of replies whose records say nothing about how long they hold: CoreDNS's. */
const SHORT_TTL = 5;
/** Half of the numbers that RRSIG times count with (RFC 4034 §3.1.5, RFC 1982 §3.2). */
const HALF_SERIAL_SPACE = 2 ** 31;

export type Part = 'success' | 'denial';

/** Bounds of a lifetime, in seconds. Where they contradict one another the maximum counts. */
export interface Bounds {
  readonly maximum: number;
  readonly minimum: number;
}

export interface LifetimeLimits {
  readonly success: Bounds;
  readonly denial: Bounds;
  /** Seconds that SERVFAIL and NOTIMP are kept. */
  readonly failure: number;
}

/** What becomes of a reply. */
export interface Verdict {
  /** Where it is kept; undefined if it is not. */
  readonly part: Part | undefined;
  /** Seconds: how long it is kept, and the TTL that all of its records get, whether it is kept or not. */
  readonly lifetime: number;
  /** Does it answer the question with records? */
  readonly isAnswer: boolean;
}

/** Decides whether and for how long a reply is kept. */
export function judge(query: Query, reply: Reply, limits: LifetimeLimits, clock: Clock): Verdict {
  const kind = hasExpiredSignature(reply, clock) ? 'OTHERERROR' : kindOf(query, reply);
  const answers = kind === 'NOERROR' && hasAnswers(reply);
  const part = reply.truncated || (answers && !isUseful(query, reply)) ? undefined : PARTS[kind];
  return { part, lifetime: lifetimeOf(kind, reply, limits), isAnswer: answers && part !== undefined };
}

const PARTS: Readonly<Record<ReplyKind, Part | undefined>> = {
  NOERROR: 'success',
  DELEGATION: 'success',
  NXDOMAIN: 'denial',
  NODATA: 'denial',
  SERVERERROR: 'denial',
  META: undefined,
  UPDATE: undefined,
  OTHERERROR: undefined,
};

/** A chain of CNAMEs that ends without data says that there are none, if it comes with an SOA (RFC 2308 §2.2). */
function kindOf(query: Query, reply: Reply): ReplyKind {
  const kind = classifyReply(query, reply);
  // Without an SOA nothing says for how long the name does not exist (RFC 2308 §5).
  if (kind === 'NXDOMAIN' && !hasSoa(reply)) return 'OTHERERROR';
  if (kind !== 'NOERROR' || !hasAnswers(reply) || isUseful(query, reply)) return kind;
  return hasSoa(reply) ? 'NODATA' : kind;
}

/** Do the answers lead from the name asked for to a record of the type asked for? */
function isUseful(query: Query, reply: Reply): boolean {
  const { type, class: asked } = query.question;
  if (type === TYPE.ANY || (reply instanceof WireReply && reply.wire.answersDirectly(query.question))) return true;
  let { name } = query.question;
  // Every CNAME can be followed once, so the walk ends.
  for (let steps = 0; steps <= reply.answers.length; steps++) {
    const here = reply.answers.filter((record) => record.class === asked && record.name.equals(name));
    if (here.some((record) => record.type === type)) return true;
    const alias = here.find((record) => CNAME.is(record));
    if (alias === undefined) return false;
    name = alias.data.target;
  }
  return false;
}

function lifetimeOf(kind: ReplyKind, reply: Reply, limits: LifetimeLimits): number {
  if (kind === 'SERVERERROR') return limits.failure;
  if (kind === 'NOERROR') return bounded(leastTtl(reply), limits.success);
  if (kind === 'NXDOMAIN' || kind === 'NODATA') return bounded(leastTtl(reply), limits.denial);
  return bounded(SHORT_TTL, limits.success);
}

function bounded(ttl: number, { minimum, maximum }: Bounds): number {
  return Math.min(Math.max(ttl, minimum), maximum);
}

function leastTtl(reply: Reply): number {
  let least = Infinity;
  if (reply instanceof WireReply) least = reply.leastTtl;
  else
    for (const section of [reply.answers, reply.authorities, reply.additionals]) {
      for (const record of section) if (record.ttl < least) least = record.ttl;
    }
  return least === Infinity ? SHORT_TTL : least;
}

/** A signature out of its time, in a reply to somebody who wants signatures (RFC 4034 §3.1.5). */
function hasExpiredSignature(reply: Reply, clock: Clock): boolean {
  // A message with signatures has no survey: they are not among the common types.
  if (reply instanceof WireReply || reply.edns?.dnssecOk !== true || reply.rcode !== RCODE.NOERROR) return false;
  const now = Math.floor(clock.now() / 1000);
  return [reply.answers, reply.authorities, reply.additionals].some((section) =>
    section.some(
      (record) => RRSIG.is(record) && (isAfter(now, record.data.expiration) || isAfter(record.data.inception, now)),
    ),
  );
}

/** Is `a` later than `b`, both seconds modulo 2^32? */
function isAfter(a: number, b: number): boolean {
  const distance = (a - b) >>> 0;
  return distance !== 0 && distance < HALF_SERIAL_SPACE;
}
