import { RCODE } from '../../dns/codes.ts';
import { readAddress } from '../../dns/addresses.ts';
import type { DomainName } from '../../dns/name.ts';
import { EXTENDED_ERROR, extendedErrorEdns } from '../../plugin-api/extended-error.ts';
import { longestZone } from '../../plugin-api/fallthrough.ts';
import { zones } from '../../plugin-api/kinds.ts';
import { many } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { makeReply } from '../../plugin-api/reply.ts';
import { AclMetrics } from './acl-metrics.ts';
import { type Action, inOrder, options, type Policy } from './policies.ts';

/** One directive. */
interface Rule {
  readonly zones: readonly DomainName[];
  readonly policies: readonly Policy[];
}

const BLOCKED = { rcode: RCODE.REFUSED, edns: extendedErrorEdns(EXTENDED_ERROR.BLOCKED) };
const FILTERED = { rcode: RCODE.NOERROR, edns: extendedErrorEdns(EXTENDED_ERROR.FILTERED) };

export const acl: Plugin = definePlugin({
  name: 'acl',
  summary: 'Lets queries in or keeps them out, by who asks and what for.',
  reads: 'client',
  repeatable: true,
  parameters: many(zones, {
    least: 0,
    initial: [],
    summary: "Names that the rule is for; the block's zones unless given.",
  }),
  optionsInAnyCase: true,
  options,
  problems: { 'acl/section': 'A word of a policy does not stand behind "type" or "net", or nothing stands there.' },
  setup(stanzas, context) {
    const metrics = new AclMetrics(context.metrics);
    const rules = stanzas.map(({ argument, options: policies, line }): Rule => {
      const given = argument.flat();
      return { zones: given.length > 0 ? given : context.block.zones, policies: inOrder(policies, line) };
    });
    // Read anew for each query, which is done with before the next one comes.
    const client = new Uint8Array(16);
    return {
      handle(query, next) {
        const { name, type } = query.question;
        const length = readAddress(query.client.address, client);
        for (const rule of rules) {
          const zone = longestZone(rule.zones, name);
          if (zone === undefined) continue;
          if (length === 0) {
            context.logger.error(`Blocking request. Unable to parse source address: ${query.client.address}`);
          }
          const action = length === 0 ? 'block' : decide(rule.policies, type, client, length);
          if (action === undefined) continue;
          if (action === 'allow') break;
          metrics.count(action, query, zone);
          return action === 'drop' ? null : makeReply(query, action === 'block' ? BLOCKED : FILTERED);
        }
        metrics.countAllowed(query);
        return next(query);
      },
    };
  },
});

/** What the first policy that fits says. */
function decide(policies: readonly Policy[], type: number, client: Uint8Array, length: number): Action | undefined {
  for (const { action, types, sources } of policies) {
    if (types !== undefined && !types.has(type)) continue;
    if (sources === undefined || sources.has(client, length)) return action;
  }
  return undefined;
}
