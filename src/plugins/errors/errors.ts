import type { Line } from '../../corefile/tree.ts';
import { typeName } from '../../dns/types.ts';
import { goRegExp } from '../../plugin-api/go-regexp.ts';
import { duration, oneOf } from '../../plugin-api/kinds.ts';
import { countArguments, flag, grammar, optional, readToken, type Report } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { Consolidation, type Rule } from './consolidation.ts';

const LEVELS = ['warning', 'error', 'info', 'debug'] as const;
const USAGE = 'DURATION REGEXP [LEVEL] [show_first]';
/** CoreDNS takes negative ones too; they end at once. */
const period = duration({ minimum: -Infinity });
const NO_RULES: readonly Rule[] = [];

export const errors: Plugin = definePlugin({
  name: 'errors',
  summary: 'Logs why queries could not be answered.',
  reads: 'everything',
  repeatable: false,
  parameters: optional(oneOf(['stdout']), {
    bare: 'stdout',
    initial: 'stdout',
    summary: 'Where to; there is one place.',
  }),
  options: {
    stacktrace: flag({ summary: 'Logs where a panic came from.' }),
    consolidate: grammar({
      usage: USAGE,
      summary: 'Counts errors that match instead of logging each, and tells their number once in DURATION.',
      initial: NO_RULES,
      repeat: 'add',
      read(line, previous, report) {
        const rule = readRule(line, report);
        return rule === undefined ? previous : [...previous, rule];
      },
    }),
  },
  problems: { 'errors/consolidate': 'The words after the pattern of consolidate are not a level and show_first.' },
  setup([{ options }], context) {
    const consolidations = options.consolidate.map((rule) => new Consolidation(rule, context.logger));
    return {
      settings: { stackTraces: options.stacktrace },
      observe(query, reply) {
        if (reply?.error === undefined) return;
        const { name, type } = query.question;
        const text = reply.error.message;
        const line = `${reply.rcode} ${name.canonical} ${typeName(type)}: ${text}`;
        const consolidation = consolidations.find((rule) => rule.matches(text));
        if (consolidation === undefined) context.logger.error(line);
        else consolidation.count(line);
      },
      // Answers that come with an error are not remembered.
      recorder: () => 'nothing',
      async stop() {
        for (const consolidation of consolidations) consolidation.flush();
      },
    };
  },
});

function readRule(line: Line, report: Report): Rule | undefined {
  if (!countArguments(line, 2, 4, USAGE, report)) return undefined;
  const [length, pattern, ...words] = line.arguments;
  const milliseconds = readToken(period, length, report);
  const regexp = readToken(goRegExp, pattern, report);
  if (milliseconds === undefined || regexp === undefined || pattern === undefined) return undefined;
  let level: Rule['level'] | undefined;
  let showFirst = false;
  for (const word of words) {
    const found = LEVELS.find((name) => name === word.text);
    if (found !== undefined && level === undefined && !showFirst) {
      level = found;
    } else if (word.text === 'show_first') {
      showFirst = true;
    } else {
      report({
        code: 'errors/consolidate',
        message: complaintAbout(word.text, showFirst),
        place: word.place,
        hint: `write: consolidate ${USAGE}, with a LEVEL of ${LEVELS.join(', ')}`,
      });
      return undefined;
    }
  }
  return { period: milliseconds, pattern: pattern.text, regexp, level: level ?? 'error', showFirst };
}

function complaintAbout(word: string, showFirst: boolean): string {
  if (!LEVELS.some((level) => level === word)) return `"${word}" is neither a log level nor show_first`;
  return showFirst ? 'the log level must come before show_first' : 'a second log level is given';
}
