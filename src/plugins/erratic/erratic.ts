import { parseIPv4, parseIPv6 } from '../../dns/addresses.ts';
import { RCODE } from '../../dns/codes.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { NS } from '../../dns/records/ns.ts';
import { SOA } from '../../dns/records/soa.ts';
import { TYPE } from '../../dns/types.ts';
import { duration, integer } from '../../plugin-api/kinds.ts';
import { countArguments, flag, grammar, optional, type Option, readToken } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Reply } from '../../plugin-api/reply.ts';

const DEFAULT_AMOUNT = 2;
/** Milliseconds. */
const DEFAULT_DELAY = 100;
/** A records of an answer with `large`. */
const LARGE = 30;
/** Ready is who has got so many queries, but not so many. */
const READY_FROM = 3;
const READY_UNTIL = 5;

const IPV4 = { address: parseIPv4('192.0.2.53') ?? new Uint8Array(4) };
const IPV6 = { address: parseIPv6('2001:db8::53') ?? new Uint8Array(16) };
const IPV6_OF_A = { address: parseIPv6('2001:bd8::53') ?? new Uint8Array(16) };
const IPV6_OF_B = { address: parseIPv6('2001:500::54') ?? new Uint8Array(16) };
const START_OF_AUTHORITY = {
  primary: DomainName.parse('sns.dns.icann.org.'),
  mailbox: DomainName.parse('noc.dns.icann.org.'),
  serial: 2_018_050_825,
  refresh: 7200,
  retry: 3600,
  expire: 1_209_600,
  minimum: 3600,
};

const amount = integer('AMOUNT', { minimum: 0 });

interface Delay {
  /** Every so many queries; 0 for none. */
  readonly amount: number;
  /** Milliseconds. */
  readonly time: number;
}

const delay: Option<Delay> = grammar<Delay>({
  usage: '[AMOUNT [DURATION]]',
  summary: `One of AMOUNT queries (${DEFAULT_AMOUNT}) is answered late, by DURATION (100ms).`,
  initial: { amount: 0, time: DEFAULT_DELAY },
  read(line, previous, report) {
    if (!countArguments(line, 0, 2, '[AMOUNT [DURATION]]', report)) return previous;
    return {
      amount: readToken(amount, line.arguments[0], report) ?? DEFAULT_AMOUNT,
      time: readToken(duration(), line.arguments[1], report) ?? DEFAULT_DELAY,
    };
  },
});

export const erratic: Plugin = definePlugin({
  name: 'erratic',
  summary: 'Answers unreliably: drops, delays and truncates on purpose, for tests of clients.',
  reads: 'everything',
  repeatable: true,
  parameters: grammar({ usage: '', summary: '', initial: undefined, read: () => undefined }),
  options: {
    drop: optional(amount, {
      bare: undefined,
      initial: undefined,
      summary: `One of AMOUNT queries gets no answer; ${DEFAULT_AMOUNT} without any of drop, delay and truncate.`,
    }),
    delay,
    truncate: optional(amount, { bare: DEFAULT_AMOUNT, initial: 0, summary: 'Sets TC in some answers.' }),
    large: flag({ summary: `Answers A queries with ${LARGE} records.` }),
  },
  setup(stanzas) {
    const { options } = stanzas.at(-1) ?? stanzas[0];
    const misbehaves = options.delay.amount > 0 || options.truncate > 0;
    const drop = options.drop ?? (misbehaves ? 0 : DEFAULT_AMOUNT);
    let queries = 0;
    return {
      ready: () => queries >= READY_FROM && queries < READY_UNTIL,
      handle(query) {
        const number = queries++;
        if (drop > 0 && number % drop === 0) return null;
        // A bitwise AND, as in CoreDNS: with 3, every fourth answer.
        const truncated = options.truncate > 0 && (number & options.truncate) === 0;
        const reply = answer(query, truncated, options.large);
        if (options.delay.amount === 0 || number % options.delay.amount !== 0) return reply;
        return new Promise((resolve) => setTimeout(resolve, options.delay.time, reply));
      },
    };
  },
});

function answer(query: Query, truncated: boolean, large: boolean): Reply {
  const answers = recordsFor(query.question.name, query.question.type, large);
  if (answers === undefined) return makeFailure(query, RCODE.SERVFAIL);
  // Without its closing SOA a transfer is incomplete.
  const cut = truncated && query.question.type === TYPE.AXFR;
  return makeReply(query, { authoritative: true, truncated, answers: cut ? answers.slice(0, -1) : answers });
}

function recordsFor(name: DomainName, type: number, large: boolean): readonly ResourceRecord[] | undefined {
  if (type === TYPE.A) return Array.from({ length: large ? LARGE : 1 }, () => A.make(name, 0, IPV4));
  if (type === TYPE.AAAA) return [AAAA.make(name, 0, IPV6)];
  return type === TYPE.AXFR ? zoneOf(name) : undefined;
}

/** A small zone as a transfer has it; undefined where the name leaves no room for one more label. */
function zoneOf(name: DomainName): readonly ResourceRecord[] | undefined {
  const soa = SOA.make(name, 0, START_OF_AUTHORITY);
  const a = below('a', name);
  const b = below('b', name);
  if (a === undefined || b === undefined) return undefined;
  return [
    soa,
    NS.make(name, 0, { nameServer: b }),
    NS.make(name, 0, { nameServer: a }),
    AAAA.make(a, 0, IPV6_OF_A),
    AAAA.make(b, 0, IPV6_OF_B),
    soa,
  ];
}

function below(label: string, name: DomainName): DomainName | undefined {
  return DomainName.tryParse(name.isRoot ? label : `${label}.${name.text}`);
}
