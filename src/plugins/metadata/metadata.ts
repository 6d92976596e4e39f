import { longestZone } from '../../plugin-api/fallthrough.ts';
import { zones } from '../../plugin-api/kinds.ts';
import { many } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';

export const metadata: Plugin = definePlugin({
  name: 'metadata',
  summary: 'Collects labels about queries from other plugins, for logs and conditions.',
  reads: 'question',
  repeatable: false,
  parameters: many(zones, {
    least: 0,
    initial: [],
    summary: "Names to collect labels for; without any, the block's zones.",
  }),
  options: {},
  setup([{ argument }], context) {
    const names = argument.length === 0 ? context.block.zones : argument.flat();
    return { settings: { metadata: (query) => longestZone(names, query.question.name) !== undefined } };
  },
});
