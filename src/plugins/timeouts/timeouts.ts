import { printDuration } from '../../corefile/duration.ts';
import type { Line } from '../../corefile/tree.ts';
import { duration } from '../../plugin-api/kinds.ts';
import { Complaint, countArguments, grammar, type Kind, one, type Report } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { BlockSettings } from '../../plugin-api/settings.ts';

const SHORTEST = 1000;
const LONGEST = 24 * 3_600_000;

const goDuration = duration();

/** Milliseconds. A number without a unit counts seconds. */
const limit: Kind<number> = {
  word: 'DURATION',
  read(given) {
    const value = goDuration.read(/^\d+$/.test(given) ? `${given}s` : given);
    if (value instanceof Complaint || (value >= SHORTEST && value <= LONGEST)) return value;
    return new Complaint(`a time limit of ${printDuration(value)} is out of range`, 'write one from 1s to 24h');
  },
};

const count: Kind<number> = {
  word: 'COUNT',
  read(given) {
    const value = /^[-+]?\d+$/.test(given) ? Number(given) : Number.NaN;
    if (value === -1) return Infinity;
    return value >= 1
      ? value
      : new Complaint(`"${given}" is no number of queries`, 'write 1 or more, or -1 for no limit');
  },
};

export const timeouts: Plugin = definePlugin({
  name: 'timeouts',
  summary: "Sets the time limits of clients' connections.",
  reads: 'question',
  repeatable: true,
  parameters: grammar<undefined>({
    usage: '',
    summary: '',
    initial: undefined,
    read(line, _previous, report) {
      if (countArguments(line, 0, 0, '', report)) requireOptions(line, report);
      return undefined;
    },
  }),
  options: {
    read: one(limit, { initial: undefined, summary: 'The first query of a connection has to be there by then.' }),
    write: one(limit, { initial: undefined, summary: 'A response over HTTPS has to have left by then.' }),
    idle: one(limit, { initial: undefined, summary: 'A connection without a query in the works ends after this.' }),
    maxtcpqueries: one(count, {
      initial: undefined,
      summary: 'A TCP or TLS connection ends after that many answers; -1 is for no limit.',
    }),
  },
  problems: { 'timeouts/nothing': 'Plugin timeouts is given no time limit to set.' },
  setup(stanzas) {
    const settings: { -readonly [Name in keyof BlockSettings]?: BlockSettings[Name] } = {};
    for (const { options } of stanzas) {
      if (options.read !== undefined) settings.readTimeout = options.read;
      if (options.write !== undefined) settings.writeTimeout = options.write;
      if (options.idle !== undefined) settings.idleTimeout = options.idle;
      if (options.maxtcpqueries !== undefined) settings.maximumQueriesPerConnection = options.maxtcpqueries;
    }
    return { settings };
  },
});

function requireOptions(line: Line, report: Report): void {
  if (line.block !== undefined && line.block.length > 0) return;
  report({
    code: 'timeouts/nothing',
    message: 'timeouts sets nothing',
    place: line.name.place,
    hint: 'write a block with read, write, idle or maxtcpqueries',
  });
}
