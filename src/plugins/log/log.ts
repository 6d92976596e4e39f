import { classifyReply, classOf, type ReplyClass } from '../../plugin-api/classify.ts';
import { DomainName } from '../../dns/name.ts';
import { oneOf, text } from '../../plugin-api/kinds.ts';
import { many } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeReply } from '../../plugin-api/reply.ts';
import { COMMON_FORMAT, compileFormat, type Format } from './format.ts';

/** Which queries to log, and how. */
interface Rule {
  readonly scope: DomainName;
  /** Empty for all. */
  readonly classes: ReadonlySet<ReplyClass>;
  readonly format: Format;
}

const CLASSES = ['all', 'success', 'denial', 'error'] as const;

export const log: Plugin = definePlugin({
  name: 'log',
  summary: 'Logs queries and how they were answered.',
  reads: 'everything',
  repeatable: true,
  parameters: many(text('NAME|FORMAT'), {
    least: 0,
    initial: [],
    summary: 'Names whose queries to log, all unless given; and, after at least one name, the format of the lines.',
  }),
  options: {
    class: many(oneOf(CLASSES), {
      initial: [],
      repeat: 'add',
      summary: 'Which answers to log: success, denial, error or all.',
    }),
  },
  problems: { 'log/name': 'A word of log is neither a domain name nor a format; no query matches it.' },
  setup(stanzas, context) {
    const rules: Rule[] = stanzas.flatMap(({ line, argument, options }) => {
      const hasFormat = argument.length >= 2 && (argument.at(-1)?.includes('{') ?? false);
      const names = hasFormat ? argument.slice(0, -1) : argument;
      const format = compileFormat(hasFormat ? (argument.at(-1) ?? COMMON_FORMAT) : COMMON_FORMAT);
      const classes = new Set<ReplyClass>(options.class.flatMap((name) => (name === 'all' ? [] : [name])));
      const everything = options.class.includes('all');
      return (names.length === 0 ? ['.'] : names).flatMap((name, i) => {
        const scope = DomainName.tryParse(name);
        if (scope === undefined) {
          context.report({
            severity: 'warning',
            code: 'log/name',
            message: `"${name}" is not a domain name, so no query is logged for it`,
            place: line.arguments[i]?.place ?? line.name.place,
            hint: 'a format stands last, after a name',
          });
          return [];
        }
        return [{ scope, classes: everything ? new Set<ReplyClass>() : classes, format }];
      });
    });
    return {
      recorder(query, reply) {
        const rule = rules.find(({ scope }) => query.question.name.isWithin(scope));
        return rule === undefined || !isLogged(rule, classOf(classifyReply(query, reply))) ? 'nothing' : 'pass';
      },
      observe(query, reply) {
        const rule = rules.find(({ scope }) => query.question.name.isWithin(scope));
        if (rule === undefined) return;
        const answered = reply?.unwritten === true ? makeReply(query, { rcode: reply.rcode }) : reply;
        const kind = classifyReply(query, answered);
        const replyClass = classOf(kind);
        if (!isLogged(rule, replyClass)) return;
        label(query, kind, replyClass);
        context.plainLogger.info(rule.format(query, answered, context.clock.monotonic()));
      },
    };
  },
});

function isLogged({ classes }: Rule, replyClass: ReplyClass): boolean {
  return classes.size === 0 || classes.has(replyClass);
}

function label(query: Query, kind: string, replyClass: string): void {
  query.metadata?.set('log/type', () => kind);
  query.metadata?.set('log/class', () => replyClass);
}
