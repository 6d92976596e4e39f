import { type Edns, MINIMUM_PAYLOAD_SIZE } from '../../dns/message.ts';
import { integer } from '../../plugin-api/kinds.ts';
import { optional } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { changeReply, mapReply } from '../../plugin-api/reply.ts';
import { reportIgnored } from '../../plugin-api/stanza.ts';

/** What IPv6's least link carries in one piece: 1,280 octets less 48 of headers (https://www.dnsflagday.net/2020/). */
const DEFAULT_SIZE = 1232;
/** CoreDNS's: what RFC 6891 §6.2.5 suggests to begin with. */
const MAXIMUM_SIZE = 4096;

export const bufsize: Plugin = definePlugin({
  name: 'bufsize',
  summary: 'Limits the size of the datagrams that clients may ask for.',
  reads: 'question',
  repeatable: true,
  parameters: optional(integer('SIZE', { minimum: MINIMUM_PAYLOAD_SIZE, maximum: MAXIMUM_SIZE }), {
    bare: DEFAULT_SIZE,
    initial: DEFAULT_SIZE,
    summary: `The most octets of an answer by UDP; ${DEFAULT_SIZE} unless given.`,
  }),
  options: {},
  setup([first, ...others], context) {
    reportIgnored(others, first, context.report);
    const size = first.argument;
    return {
      handle(query, next) {
        const { edns } = query.message;
        if (edns === undefined) return next(query);
        // The limit is told also where it changes nothing: the reply may be remembered for others who ask for more.
        const limited = edns.payloadSize > size ? withPayloadSize(query, edns, size) : query;
        return mapReply(next(limited), (reply) => changeReply(reply, { payloadLimit: size }));
      },
    };
  },
});

/** The query as if the client had asked for datagrams of this size. */
function withPayloadSize(query: Query, edns: Edns, payloadSize: number): Query {
  return { ...query, message: { ...query.message, edns: { ...edns, payloadSize } } };
}
