import { CLASS, OPCODE, RCODE } from '../dns/codes.ts';
import type { ResourceRecord } from '../dns/message.ts';
import { TYPE } from '../dns/types.ts';
import type { Query } from './query.ts';
import type { Reply } from './reply.ts';

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
  if (reply.rcode === RCODE.NOERROR && reply.answers.length > 0) return 'NOERROR';
  if (reply.rcode === RCODE.NXDOMAIN) return reply.answers.length === 0 ? 'NXDOMAIN' : 'OTHERERROR';
  if (reply.rcode === RCODE.SERVFAIL || reply.rcode === RCODE.NOTIMP) return 'SERVERERROR';
  if (reply.rcode !== RCODE.NOERROR) return 'OTHERERROR';
  if (hasType(reply.authorities, TYPE.SOA)) return 'NODATA';
  return hasType(reply.authorities, TYPE.NS) ? 'DELEGATION' : 'NOERROR';
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
