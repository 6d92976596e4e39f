import type { Line } from '../../corefile/tree.ts';
import { oneOf } from '../../plugin-api/kinds.ts';
import { countArguments, grammar, type Kind, type Option, readToken, type Report } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { changeReply, mapReply, type Reply } from '../../plugin-api/reply.ts';
import { reportIgnored } from '../../plugin-api/stanza.ts';

/** What the lines make of the flags of a message; absent ones stay as they are. */
interface Flags {
  readonly authoritative?: boolean;
  readonly recursionAvailable?: boolean;
  readonly recursionDesired?: boolean;
}

const USAGE = 'set|clear FLAG...';
const UNCHANGED: Flags = {};
const FIELDS = { aa: 'authoritative', ra: 'recursionAvailable', rd: 'recursionDesired' } as const;

const action = inAnyCase(oneOf(['set', 'clear']));
const flagName = inAnyCase(oneOf(['aa', 'ra', 'rd']));

export const header: Plugin = definePlugin({
  name: 'header',
  summary: 'Sets and clears the flags AA, RA and RD of queries and answers.',
  reads: 'question',
  repeatable: true,
  parameters: grammar({ usage: '', summary: '', initial: undefined, read: warnOfArguments }),
  optionsInAnyCase: true,
  options: {
    query: flagsOption('Flags of the queries that plugins after this one get.'),
    response: flagsOption('Flags of the answers that they give.'),
  },
  problems: { 'header/nothing': 'A header directive says nothing of flags.' },
  setup(stanzas, context) {
    const counts = stanzas.find(({ given }) => given.size > 0);
    if (counts === undefined) {
      context.report({
        code: 'header/nothing',
        message: 'header has nothing to set or clear',
        place: stanzas[0].line.name.place,
        hint: 'add a line as in: response set ra',
      });
      return {};
    }
    reportIgnored(
      stanzas.filter((stanza) => stanza !== counts),
      counts,
      context.report,
    );
    const { query: asked, response: answered } = counts.options;
    const change = (reply: Reply): Reply => (reply.unwritten ? reply : changeReply(reply, answered));
    return {
      handle(query, next) {
        const outcome = next(asked === UNCHANGED ? query : withFlags(query, asked));
        return answered === UNCHANGED ? outcome : mapReply(outcome, change);
      },
    };
  },
});

/** CoreDNS does not look at them. */
function warnOfArguments({ arguments: [surplus] }: Line, _previous: undefined, report: Report): undefined {
  if (surplus === undefined) return;
  report({
    severity: 'warning',
    code: 'option/ignored',
    message: `"${surplus.text}" has no effect: header is for all zones of its block`,
    place: surplus.place,
    hint: 'remove it',
  });
}

function flagsOption(summary: string): Option<Flags> {
  return grammar<Flags>({
    usage: USAGE,
    summary,
    initial: UNCHANGED,
    repeat: 'add',
    read(line, previous, report) {
      if (!countArguments(line, 2, Infinity, USAGE, report)) return previous;
      const [verb, ...tokens] = line.arguments;
      const chosen = readToken(action, verb, report);
      const flags: { -readonly [Name in keyof Flags]: Flags[Name] } = { ...previous };
      for (const token of tokens) {
        const name = readToken(flagName, token, report);
        if (name !== undefined) flags[FIELDS[name]] = chosen === 'set';
      }
      return flags;
    },
  });
}

function withFlags(query: Query, flags: Flags): Query {
  return { ...query, message: { ...query.message, ...flags } };
}

function inAnyCase<T>(kind: Kind<T>): Kind<T> {
  return { word: kind.word, read: (given) => kind.read(given.toLowerCase()) };
}
