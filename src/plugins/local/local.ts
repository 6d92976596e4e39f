import { CLASS } from '../../dns/codes.ts';
import { typeName } from '../../dns/types.ts';
import type { Counter } from '../../metrics/metric.ts';
import type { Registry } from '../../metrics/registry.ts';
import { oneOf } from '../../plugin-api/kinds.ts';
import { flag, one } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { answerHost, answerZone, isHost, localZone } from './local-names.ts';

export const local: Plugin = definePlugin({
  name: 'local',
  summary: 'Answers for localhost and the reverse zones of local addresses.',
  reads: 'question',
  repeatable: true,
  parameters: flag({ summary: '' }),
  options: {
    localhost_prefix: one(oneOf(['on', 'off']), {
      initial: undefined,
      summary: 'Whether localhost.example.org is answered like localhost; on unless given.',
    }),
  },
  registerMetrics: (metrics) => void requestCounter(metrics),
  setup(stanzas, { metrics, logger }) {
    const given = stanzas.findLast(({ options }) => options.localhost_prefix !== undefined);
    const withPrefix = given?.options.localhost_prefix !== 'off';
    const requests = requestCounter(metrics);
    return {
      handle(query, next) {
        const { name, type, class: queryClass } = query.question;
        if (queryClass !== CLASS.IN) return next(query);
        if (isHost(name, withPrefix)) {
          if (logger.debugging) {
            const { address } = query.client;
            logger.debug(`Intercepting localhost query for "${name.canonical}" ${typeName(type)}, from ${address}`);
          }
          requests.increment();
          return answerHost(query);
        }
        const zone = localZone(name);
        return zone === undefined ? next(query) : answerZone(query, zone);
      },
    };
  },
});

function requestCounter(metrics: Registry): Counter {
  return metrics.counter({
    name: 'coredns_local_localhost_requests_total',
    help: 'Counter of localhost.<domain> requests.',
  });
}
