import type { WireMessage } from '../../dns/wire-message.ts';
import type { Query } from '../../plugin-api/query.ts';
import type { Reply } from '../../plugin-api/reply.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';

/** The upstream's reply to the client of `query`: unchanged but for the letters of the question, which are the client's own. */
export function toReply(wire: WireMessage, query: Query): Reply {
  return WireReply.of(wire, { question: query.question }) ?? decoded(wire, query);
}

function decoded({ message }: WireMessage, { question }: Query): Reply {
  return {
    rcode: message.rcode,
    authoritative: message.authoritative,
    truncated: message.truncated,
    recursionDesired: message.recursionDesired,
    recursionAvailable: message.recursionAvailable,
    authenticData: message.authenticData,
    checkingDisabled: message.checkingDisabled,
    question,
    answers: message.answers,
    authorities: message.authorities,
    additionals: message.additionals,
    edns: message.edns,
    payloadLimit: undefined,
    transfer: false,
    unwritten: false,
    error: undefined,
  };
}
