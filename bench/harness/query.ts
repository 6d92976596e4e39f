import { CLASS } from '../../src/dns/codes.ts';
import { encodeMessage } from '../../src/dns/encode.ts';
import { createMessage } from '../../src/dns/message.ts';
import { DomainName } from '../../src/dns/name.ts';
import { parseType } from '../../src/dns/types.ts';

/** The message that asks `NAME TYPE`, a line of a file for dnsperf. */
export function queryOf(line: string, id = 0): Uint8Array {
  const [name = '', type = ''] = line.split(' ');
  const question = { name: DomainName.parse(name), type: parseType(type) ?? 1, class: CLASS.IN };
  return encodeMessage(createMessage({ id, recursionDesired: true, questions: [question] }), { compress: false });
}
