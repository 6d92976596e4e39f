import { hostname } from 'node:os';
import { EDNS_OPTION } from '../../dns/codes.ts';
import { createEdns, type EdnsOption } from '../../dns/message.ts';
import { text } from '../../plugin-api/kinds.ts';
import { many } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { changeReply, mapReply, type Reply } from '../../plugin-api/reply.ts';

export const nsid: Plugin = definePlugin({
  name: 'nsid',
  summary: 'Tells clients that ask for it which server has answered them.',
  // Answers to questions with options are not remembered.
  reads: 'question',
  repeatable: false,
  parameters: many(text('DATA'), { least: 0, initial: [], summary: "The identifier; the host's name without it." }),
  options: {},
  setup([{ argument }]) {
    const identifier = argument.length === 0 ? hostname() || 'localhost' : argument.join(' ');
    const option: EdnsOption = { code: EDNS_OPTION.NSID, data: Buffer.from(identifier) };
    return {
      handle(query, next) {
        const outcome = next(query);
        return asksForIdentifier(query) ? mapReply(outcome, (reply) => withIdentifier(reply, query, option)) : outcome;
      },
    };
  },
});

function asksForIdentifier({ message }: Query): boolean {
  return message.edns?.options.some(({ code }) => code === EDNS_OPTION.NSID) ?? false;
}

function withIdentifier(reply: Reply, query: Query, option: EdnsOption): Reply {
  if (reply.unwritten) return reply;
  const edns = reply.edns ?? createEdns(query.message.edns?.payloadSize ?? 0, { dnssecOk: true });
  const index = edns.options.findIndex(({ code }) => code === option.code);
  const options = index < 0 ? [...edns.options, option] : edns.options.with(index, option);
  return changeReply(reply, { edns: { ...edns, options } });
}
