import { EDNS_OPTION } from '../dns/codes.ts';
import { createEdns, type Edns } from '../dns/message.ts';

/** Why an answer is what it is (RFC 8914 §4, IANA registry "Extended DNS Error Codes"). */
export const EXTENDED_ERROR = { BLOCKED: 15, FILTERED: 17 } as const;

/** The payload size that CoreDNS puts into the OPT record of an extended error. */
const PAYLOAD_SIZE = 4096;

/** An OPT record with an extended error and, if there is one, its text. DO is set, as CoreDNS does. */
export function extendedErrorEdns(code: number, text = ''): Edns {
  const data = Buffer.concat([Uint8Array.of(code >> 8, code & 0xff), Buffer.from(text, 'utf8')]);
  return createEdns(PAYLOAD_SIZE, { dnssecOk: true, options: [{ code: EDNS_OPTION.EDE, data }] });
}
