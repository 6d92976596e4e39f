import { encodeMessage } from '../../src/dns/encode.ts';
import { HEADER_LENGTH } from '../../src/dns/message.ts';
import { DomainName } from '../../src/dns/name.ts';
import { parseRecord } from '../../src/dns/presentation.ts';
import { WireMessage } from '../../src/dns/wire-message.ts';
import { setUp, testQuery } from '../../src/plugin-api/testing.ts';
import type { Query } from '../../src/plugin-api/query.ts';
import { makeReply, toMessage } from '../../src/plugin-api/reply.ts';
import { WireReply } from '../../src/plugin-api/wire-reply.ts';
import { cache } from '../../src/plugins/cache/cache.ts';
import type { MicroCase } from './time.ts';

const NAME = 'host-0000000.outside.example';
/** Where the seven digits of the name stand in its wire form. */
const DIGITS = 6;

/** What plugin cache takes for a name that is never asked twice: it is looked for, the reply kept, an older one let go. */
export function cacheCases(): MicroCase[] {
  const { instance } = setUp(cache, 'cache 30');
  const template = testQuery({ name: NAME });
  const answers = [parseRecord(`${NAME}. 300 IN A 192.0.2.1`)];
  const octets = encodeMessage(toMessage(template, makeReply(template, { answers })), { compress: true }).slice();
  let asked = 0;
  const makeQuery = (): Query => {
    const wire = template.question.name.wire.slice();
    for (let i = 0, number = asked++; i < 7; i++, number = Math.floor(number / 10))
      wire[DIGITS + i] = 0x30 + (number % 10);
    return { ...template, question: { ...template.question, name: DomainName.fromWire(wire) } };
  };
  const upstream = (query: Query): WireReply => {
    const copy = octets.slice();
    copy.set(query.question.name.wire, HEADER_LENGTH);
    const reply = WireReply.of(WireMessage.read(copy), query);
    if (reply === undefined) throw new Error('the answer is a plain message');
    return reply;
  };
  return [
    { name: 'a query, and its upstream', run: () => upstream(makeQuery()) },
    { name: 'the same behind a cache', run: () => instance.handle?.(makeQuery(), upstream) },
  ];
}
