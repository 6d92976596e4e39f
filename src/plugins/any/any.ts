import { HINFO } from '../../dns/records/hinfo.ts';
import { TYPE } from '../../dns/types.ts';
import { none } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { makeReply } from '../../plugin-api/reply.ts';

/** CoreDNS's: the number of the RFC, in seconds more than two hours. */
const TTL = 8482;

export const any: Plugin = definePlugin({
  name: 'any',
  summary: 'Answers ANY queries with next to nothing (RFC 8482).',
  reads: 'question',
  repeatable: true,
  parameters: none(),
  options: {},
  setup: () => ({
    handle(query, next) {
      const { name, type, class: queryClass } = query.question;
      if (type !== TYPE.ANY) return next(query);
      const data = { cpu: 'ANY obsoleted', os: 'See RFC 8482' };
      return makeReply(query, { answers: [HINFO.make(name, TTL, data, queryClass)] });
    },
  }),
});
