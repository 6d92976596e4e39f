import { grammar } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { fieldUsages, type ModalRule, RULE_USAGE, readRule } from './read-rule.ts';
import { Rewriter } from './rewriter.ts';

export const rewrite: Plugin = definePlugin({
  name: 'rewrite',
  summary: 'Changes queries before the plugins after it see them, and their replies.',
  reads: 'everything',
  repeatable: true,
  parameters: grammar<ModalRule | undefined>({
    usage: RULE_USAGE,
    summary: `One rule; its words may stand on the lines of a pair of braces too. The last rule is the one that matches (stop), unless it says continue. Rules: ${fieldUsages.join('; ')}.`,
    initial: undefined,
    read: (line, _previous, report) => readRule(line, report),
  }),
  options: {},
  // They are words of the rule.
  acceptsLine: () => true,
  problems: {
    'rewrite/answer': 'The words after a name rule do not say what to change in the answer.',
    'rewrite/dot': 'A prefix or substring without a final dot is taken with one, as in CoreDNS.',
    'rewrite/field': 'A rewrite has no rule, or one of a kind that there is not.',
    'rewrite/group': 'A rule uses a group that its regular expression does not have.',
  },
  setup(stanzas) {
    const rewriter = new Rewriter(stanzas.flatMap(({ argument }) => argument ?? []));
    return { reads: rewriter.reads, handle: (query, next) => rewriter.handle(query, next) };
  },
});
