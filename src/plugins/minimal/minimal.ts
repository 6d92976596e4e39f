import { classifyReply } from '../../plugin-api/classify.ts';
import { none } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { changeReply, mapReply, type Reply } from '../../plugin-api/reply.ts';

export const minimal: Plugin = definePlugin({
  name: 'minimal',
  summary: 'Leaves out the authority and additional sections of positive answers.',
  reads: 'question',
  repeatable: true,
  parameters: none(),
  options: {},
  setup: () => ({
    handle: (query, next) =>
      mapReply(next(query), (reply) =>
        reply.unwritten || isMinimal(reply) || classifyReply(query, reply) !== 'NOERROR'
          ? reply
          : changeReply(reply, { authorities: [], additionals: [], edns: undefined }),
      ),
  }),
});

function isMinimal({ authorities, additionals, edns }: Reply): boolean {
  return authorities.length === 0 && additionals.length === 0 && edns === undefined;
}
