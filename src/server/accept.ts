import { OPCODE, RCODE } from '../dns/codes.ts';
import { decodeMessage, FLAG, type Header, opcodeOf, readHeader } from '../dns/decode.ts';
import { encodeMessage } from '../dns/encode.ts';
import { createMessage, type Message, type Question } from '../dns/message.ts';
import { WireError } from '../dns/reader.ts';

/** What becomes of octets that came: a query, an answer that needs no plugin, or silence. */
export type Accepted =
  | { readonly kind: 'query'; readonly message: Message; readonly question: Question }
  | { readonly kind: 'answer'; readonly octets: Uint8Array }
  | { readonly kind: 'drop' };

const DROP: Accepted = { kind: 'drop' };

/** One answer record: an IXFR or NOTIFY may carry an SOA (RFC 1996 §3.7). */
const MAXIMUM_ANSWERS = 1;
/** One authority record: an IXFR carries the client's SOA (RFC 1995 §3). */
const MAXIMUM_AUTHORITIES = 1;
/** Two additional records: OPT and TSIG. */
const MAXIMUM_ADDITIONALS = 2;

/**
 * The accept policy, the same for every transport: it stands before all plugins, logs and metrics, so that nonsense costs little.
 * Responses are never answered, for two servers could otherwise keep each other busy.
 */
export function accept(octets: Uint8Array): Accepted {
  const header = readHeader(octets);
  if (header === undefined || (header.flags & FLAG.QR) !== 0) return DROP;
  const opcode = opcodeOf(header.flags);
  if (opcode !== OPCODE.QUERY && opcode !== OPCODE.NOTIFY) return refuse(header, RCODE.NOTIMP, opcode);
  if (
    header.questionCount !== 1 ||
    header.answerCount > MAXIMUM_ANSWERS ||
    header.authorityCount > MAXIMUM_AUTHORITIES ||
    header.additionalCount > MAXIMUM_ADDITIONALS
  ) {
    return refuse(header, RCODE.FORMERR, OPCODE.QUERY);
  }
  try {
    const message = decodeMessage(octets);
    const [question] = message.questions;
    if (question === undefined) return refuse(header, RCODE.FORMERR, OPCODE.QUERY);
    return { kind: 'query', message, question };
  } catch (error) {
    if (!(error instanceof WireError)) throw error;
    return refuse(header, RCODE.FORMERR, OPCODE.QUERY, error.questions);
  }
}

/** An answer of a header, and the question if it could be read. */
function refuse(header: Header, rcode: number, opcode: number, questions: readonly Question[] = []): Accepted {
  const message = createMessage({
    id: header.id,
    response: true,
    opcode,
    truncated: (header.flags & FLAG.TC) !== 0,
    recursionDesired: (header.flags & FLAG.RD) !== 0,
    recursionAvailable: (header.flags & FLAG.RA) !== 0,
    authenticData: (header.flags & FLAG.AD) !== 0,
    checkingDisabled: (header.flags & FLAG.CD) !== 0,
    rcode,
    questions,
  });
  return { kind: 'answer', octets: encodeMessage(message, { compress: false }) };
}
