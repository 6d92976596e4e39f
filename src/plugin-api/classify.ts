import { CLASS, OPCODE, RCODE } from '../dns/codes.ts';
import type { ResourceRecord } from '../dns/message.ts';
import { TYPE } from '../dns/types.ts';
import type { Query } from './query.ts';
import type { Reply } from './reply.ts';
import { WireReply } from './wire-reply.ts';

/** What kind of answer a reply is (RFC 2308 §2, with CoreDNS's names). */
export type ReplyKind =
  | 'NOERROR'
  | 'NXDOMAIN'
  | 'SERVERERROR'
  | 'NODATA'
  | 'DELEGATION'
  | 'META'
  | 'UPDATE'
  | 'OTHERERROR';

/** The coarser kinds that plugin `log` selects by. */
export type ReplyClass = 'success' | 'denial' | 'error';

/** Tells the kind of a reply; a query that is not answered counts as OTHERERROR. */
export function classifyReply(query: Query, reply: Reply | null): ReplyKind {
  if (reply === null) return 'OTHERERROR';
  const { opcode } = query.message;
  if (opcode === OPCODE.UPDATE) return 'UPDATE';
  if (opcode === OPCODE.NOTIFY || isTransfer(query)) return 'META';
  if (reply.rcode === RCODE.NOERROR && hasAnswers(reply)) return 'NOERROR';
  if (reply.rcode === RCODE.NXDOMAIN) return hasAnswers(reply) ? 'OTHERERROR' : 'NXDOMAIN';
  if (reply.rcode === RCODE.SERVFAIL || reply.rcode === RCODE.NOTIMP) return 'SERVERERROR';
  if (reply.rcode !== RCODE.NOERROR) return 'OTHERERROR';
  if (hasSoa(reply)) return 'NODATA';
  const delegates = reply instanceof WireReply ? reply.survey.hasNs : hasType(reply.authorities, TYPE.NS);
  return delegates ? 'DELEGATION' : 'NOERROR';
}

/** Has the answer section a record? Nothing is decoded to find out. */
export function hasAnswers(reply: Reply): boolean {
  return reply instanceof WireReply ? reply.wire.answerCount > 0 : reply.answers.length > 0;
}

/** Has the authority section an SOA record? Nothing is decoded to find out. */
export function hasSoa(reply: Reply): boolean {
  return reply instanceof WireReply ? reply.survey.hasSoa : hasType(reply.authorities, TYPE.SOA);
}

export function classOf(kind: ReplyKind): ReplyClass {
  if (kind === 'NOERROR' || kind === 'DELEGATION') return 'success';
  return kind === 'NXDOMAIN' || kind === 'NODATA' ? 'denial' : 'error';
}

function isTransfer(query: Query): boolean {
  const { type } = query.question;
  return query.question.class === CLASS.IN && (type === TYPE.AXFR || type === TYPE.IXFR);
}

function hasType(records: readonly ResourceRecord[], type: number): boolean {
  return records.some((record) => record.type === type);
}
