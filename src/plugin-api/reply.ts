import type { Edns, Message, Question, ResourceRecord } from '../dns/message.ts';
import { OPCODE, RCODE } from '../dns/codes.ts';
import { encodedLength } from '../dns/encode.ts';
import { Continued, type Eventual, isLater } from './later.ts';
import type { Query } from './query.ts';
import type { Validity } from './validity.ts';
import { WireReply } from './wire-reply.ts';

/** What the server sends back, before the EDNS and size rules of the listener. Never written to. */
export interface Reply {
  /** All 12 bits of it (RFC 6891 §6.1.3). */
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly truncated: boolean;
  readonly recursionDesired: boolean;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly checkingDisabled: boolean;
  /** The question as the reply repeats it; differs from the query's only where a plugin changed it back or an upstream did. */
  readonly question: Question;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  /** The OPT record that a plugin or an upstream made; without one the server answers with its own where the client sent one. */
  readonly edns: Edns | undefined;
  /** The largest UDP payload that a plugin lets the client have; undefined for what the client itself takes. */
  readonly payloadLimit: number | undefined;
  /** The answers are a zone transfer: on a stream they may be spread over several messages (RFC 5936 §2.2). */
  readonly transfer: boolean;
  /**
   * True when no plugin made a message: the server writes one with `rcode` and without records. Metrics and logs tell the
   * two apart, as CoreDNS does.
   */
  readonly unwritten: boolean;
  /** Why it went wrong, for plugin `errors`. A reply may be good and have one. */
  readonly error: Error | undefined;
  /** How long the reply holds for everybody who asks the same; undefined for one that is made anew each time. */
  readonly validity?: Validity | undefined;
}

/** A reply; null sends nothing. It comes later only when something has to be waited for: go on with it by `mapReply` or `whenThere`. */
export type Outcome = Eventual<Reply | null>;

/** The parts of a reply that a plugin sets; the others have the value that suits the query. */
export type ReplyParts = { readonly [Part in keyof Omit<Reply, 'unwritten'>]?: Reply[Part] | undefined };

const NO_RECORDS: readonly ResourceRecord[] = [];

/** A reply to `query` without records and NOERROR, but for what `parts` say. RD and CD are the query's. */
export function makeReply(query: Query, parts: ReplyParts = {}): Reply {
  const { recursionDesired, checkingDisabled } = copiedFlags(query);
  return {
    rcode: parts.rcode ?? RCODE.NOERROR,
    authoritative: parts.authoritative ?? false,
    truncated: parts.truncated ?? false,
    recursionDesired: parts.recursionDesired ?? recursionDesired,
    recursionAvailable: parts.recursionAvailable ?? false,
    authenticData: parts.authenticData ?? false,
    checkingDisabled: parts.checkingDisabled ?? checkingDisabled,
    question: parts.question ?? query.question,
    answers: parts.answers ?? NO_RECORDS,
    authorities: parts.authorities ?? NO_RECORDS,
    additionals: parts.additionals ?? NO_RECORDS,
    edns: parts.edns,
    payloadLimit: parts.payloadLimit,
    transfer: parts.transfer ?? false,
    unwritten: false,
    error: parts.error,
    validity: parts.validity,
  };
}

/** RD and CD of a reply to the query: its own, if it is an ordinary one. A NOTIFY is answered without them. */
export function copiedFlags({ message }: Query): Pick<Reply, 'recursionDesired' | 'checkingDisabled'> {
  const ordinary = message.opcode === OPCODE.QUERY;
  return {
    recursionDesired: ordinary && message.recursionDesired,
    checkingDisabled: ordinary && message.checkingDisabled,
  };
}

/** The reply of a plugin that could not make one: the server writes `rcode` without records, `errors` logs `error`. */
export function makeFailure(query: Query, rcode: number, error?: Error): Reply {
  return { ...makeReply(query, { rcode, error }), unwritten: true };
}

/** The same reply with another validity. */
export function withValidity(reply: Reply, validity: Validity | undefined): Reply {
  if (reply.validity === validity) return reply;
  return reply instanceof WireReply ? reply.valid(validity) : { ...reply, validity };
}

/** The reply but for what `parts` say. A reply may have getters, which a spread would lose. */
export function changeReply(reply: Reply, parts: Partial<Reply>): Reply {
  return {
    rcode: reply.rcode,
    authoritative: reply.authoritative,
    truncated: reply.truncated,
    recursionDesired: reply.recursionDesired,
    recursionAvailable: reply.recursionAvailable,
    authenticData: reply.authenticData,
    checkingDisabled: reply.checkingDisabled,
    question: reply.question,
    answers: reply.answers,
    authorities: reply.authorities,
    additionals: reply.additionals,
    edns: reply.edns,
    payloadLimit: reply.payloadLimit,
    transfer: reply.transfer,
    unwritten: reply.unwritten,
    error: reply.error,
    validity: reply.validity,
    ...parts,
  };
}

/**
 * `transform` applied to the reply, now if it is there, later if it is not. A query that is not answered (null) stays so.
 * The way for a plugin to change what its successors answer.
 */
export function mapReply(outcome: Outcome, transform: (reply: Reply) => Outcome): Outcome {
  if (outcome === null) return null;
  return isLater(outcome) ? outcome.continuedBy(new MappedReply(transform)) : transform(outcome);
}

class MappedReply extends Continued<Reply | null, Reply | null> {
  readonly #transform: (reply: Reply) => Outcome;

  constructor(transform: (reply: Reply) => Outcome) {
    super();
    this.#transform = transform;
  }

  protected use(reply: Reply | null): Outcome {
    return reply === null ? null : this.#transform(reply);
  }
}

/** The reply as a message, before the EDNS and size rules of the listener. */
export function toMessage(query: Query, reply: Reply): Message {
  return {
    id: query.message.id,
    response: true,
    opcode: query.message.opcode,
    authoritative: reply.authoritative,
    truncated: reply.truncated,
    recursionDesired: reply.recursionDesired,
    recursionAvailable: reply.recursionAvailable,
    zero: false,
    authenticData: reply.authenticData,
    checkingDisabled: reply.checkingDisabled,
    rcode: reply.rcode,
    questions: [reply.question],
    answers: reply.answers,
    authorities: reply.authorities,
    additionals: reply.additionals,
    edns: reply.edns,
  };
}

/** Octets of the reply without compression, OPT record and truncation; 0 when there is none: what metrics and logs call its size. */
export function replyLength(query: Query, reply: Reply | null): number {
  if (reply instanceof WireReply) return reply.length;
  return reply === null || reply.unwritten ? 0 : encodedLength(toMessage(query, reply));
}
