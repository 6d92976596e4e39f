import type { Line, Token } from '../../corefile/tree.ts';
import { RCODE } from '../../dns/codes.ts';
import { TYPE } from '../../dns/types.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { cidr, duration, oneOf } from '../../plugin-api/kinds.ts';
import { countArguments, grammar, many, one, type Option, readToken } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { changeReply, mapReply, type Reply } from '../../plugin-api/reply.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';
import { preferSection, shuffleSection, weighSection } from './arrange.ts';
import { WeightFile } from './weight-file.ts';

interface Policy {
  /** Undefined for round_robin. */
  readonly weightFile: Token | undefined;
}

const USAGE = '[round_robin | weighted FILE]';

const policy: Option<Policy> = grammar<Policy>({
  usage: USAGE,
  summary: 'round_robin shuffles addresses and MX records, weighted puts one address first, chosen by weight.',
  initial: { weightFile: undefined },
  read(line, previous, report) {
    const [name, file] = line.arguments;
    const chosen = name === undefined ? 'round_robin' : readToken(oneOf(['round_robin', 'weighted']), name, report);
    if (chosen === undefined) return previous;
    const least = chosen === 'weighted' ? 2 : 0;
    if (!countArguments(line, least, Math.max(least, 1), USAGE, report)) return previous;
    return { weightFile: chosen === 'weighted' ? file : undefined };
  },
});

export const loadbalance: Plugin = definePlugin({
  name: 'loadbalance',
  summary: 'Changes the order of A, AAAA and MX records from answer to answer.',
  reads: 'question',
  repeatable: true,
  parameters: policy,
  options: {
    prefer: many(cidr, {
      least: 0,
      initial: [],
      repeat: 'add',
      summary: 'Addresses in these blocks come first, in the order of the blocks; with round_robin.',
    }),
    reload: one(duration(), {
      initial: 30_000,
      summary: 'How often to look for a changed weight file; 0 never; with weighted.',
    }),
  },
  problems: { 'loadbalance/option': 'An option is given that does not go with the policy.' },
  setup(stanzas, context) {
    for (const { argument, given } of stanzas) {
      const misplaced = given.get(argument.weightFile === undefined ? 'reload' : 'prefer');
      if (misplaced !== undefined) reportMisplaced(misplaced, argument, context);
    }
    const last = stanzas.at(-1) ?? stanzas[0];
    const { weightFile } = last.argument;
    if (weightFile !== undefined) return weighted(weightFile, last.options.reload, context);
    const { random } = context;
    const blocks = stanzas.flatMap(({ options }) => options.prefer);
    const shuffle = (reply: Reply): Reply =>
      changeReply(reply, {
        answers: shuffleSection(reply.answers, random),
        authorities: shuffleSection(reply.authorities, random),
        additionals: shuffleSection(reply.additionals, random),
        validity: reply.validity === undefined ? undefined : { ...reply.validity, shuffled: true },
      });
    const prefer = (reply: Reply): Reply =>
      changeReply(reply, {
        answers: preferSection(reply.answers, blocks),
        additionals: preferSection(reply.additionals, blocks),
        // Remembered answers are shuffled whole.
        validity: undefined,
      });
    const arrange = blocks.length === 0 ? shuffle : (reply: Reply): Reply => prefer(shuffle(reply));
    const arrangeIfOrdered = (reply: Reply): Reply => (isArrangeable(reply) ? arrange(reply) : reply);
    return { handle: (query, next) => mapReply(next(query), arrangeIfOrdered) };
  },
});

function weighted(file: Token, reload: number, context: SetupContext): ReturnType<Plugin['setup']> {
  const { random } = context;
  const { place } = file;
  const weightFile = new WeightFile({ path: context.resolvePath(file.text), place, reload, logger: context.logger });
  const arrange = (reply: Reply): Reply =>
    changeReply(reply, {
      answers: weighSection(reply.answers, weightFile.weights, random),
      additionals: weighSection(reply.additionals, weightFile.weights, random),
      validity: undefined,
    });
  return {
    start: async () => await weightFile.start(),
    stop: async () => weightFile.stop(),
    handle: (query, next) =>
      mapReply(next(query), (reply) => (isArrangeable(reply) && isWeighable(reply) ? arrange(reply) : reply)),
  };
}

/** The order of a zone transfer has a meaning. */
function isArrangeable(reply: Reply): boolean {
  const { rcode, unwritten, question } = reply;
  if (reply instanceof WireReply && !reply.hasOrder) return false;
  return rcode === RCODE.NOERROR && !unwritten && question.type !== TYPE.AXFR && question.type !== TYPE.IXFR;
}

function isWeighable({ question }: Reply): boolean {
  return question.type === TYPE.A || question.type === TYPE.AAAA || question.type === TYPE.SRV;
}

function reportMisplaced(line: Line, { weightFile }: Policy, context: SetupContext): void {
  const { text, place } = line.name;
  context.report({
    code: 'loadbalance/option',
    message: `option "${text}" does not go with ${weightFile === undefined ? 'round_robin' : 'weighted'}`,
    place,
    hint: weightFile === undefined ? 'remove it, or write: loadbalance weighted FILE' : 'remove it',
  });
}
