import { duration } from '../../plugin-api/kinds.ts';
import { optional } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { withDeadline } from '../../plugin-api/query.ts';

/** CoreDNS's: just more than the 5 s after which resolvers ask again (resolv.conf(5), `timeout`). */
const TIMEOUT = 5001;
/** A nanosecond, in milliseconds: nothing shorter can be written. */
const SHORTEST = 1e-6;

export const cancel: Plugin = definePlugin({
  name: 'cancel',
  summary: 'Sets a deadline for each query, after which nothing more is tried to answer it.',
  reads: 'question',
  repeatable: true,
  parameters: optional(duration({ minimum: SHORTEST }), {
    bare: TIMEOUT,
    initial: TIMEOUT,
    summary: 'From the arrival of the query; 5001ms without it.',
  }),
  options: {},
  setup(stanzas) {
    const timeout = stanzas.at(-1)?.argument ?? TIMEOUT;
    return {
      handle: (query, next) => next(withDeadline(query, query.arrival + timeout)),
    };
  },
});
