import {
  addressQuestions,
  missingQuestions,
  ndotsQuestions,
  ptrQuestions,
  type Questions,
  srvQuestions,
} from '../cluster/names.ts';
import { clusterZones } from '../cluster/zone-files.ts';
import type { Bench } from '../harness/bench.ts';
import { type CorefileOptions, startCorefileServer } from '../servers/corefile-servers.ts';
import { startDnsmasq } from '../servers/dnsmasq.ts';
import { startKnot } from '../servers/knot.ts';
import { startUnbound } from '../servers/unbound.ts';
import { ALL_FOUND, type ExpectedCodes, measureLoad, NONE_FOUND } from './load.ts';
import type { Scenario, Subject } from './scenario.ts';

/** A name that every server of the cluster's names has. */
export const READY = 'backend-0.team-0.svc.cluster.local A';

/** Ours and CoreDNS with the same Corefile. */
export function bothServers(options: Omit<CorefileOptions, 'ready'> & { readonly ready?: string } = {}): Subject[] {
  return (['ours', 'CoreDNS'] as const).map((name) => ({
    name,
    start: (bench) => startCorefileServer(bench, name, { ready: READY, ...options }),
  }));
}

const peers: readonly Subject[] = [
  { name: 'Unbound', start: (bench) => startUnbound(bench, READY) },
  { name: 'Knot', start: (bench) => startKnot(bench, clusterZones(bench.shape), READY) },
  { name: 'dnsmasq', start: (bench) => startDnsmasq(bench, READY) },
];

interface LoadParts {
  readonly name: string;
  readonly title: string;
  /** What is asked in a round. */
  readonly questions: (bench: Bench, round: number) => Questions;
}

/** Names that every server has in memory. */
function clusterNames({ name, title, questions }: LoadParts): Scenario {
  return {
    name,
    title,
    subjects: [...bothServers(), ...peers],
    shown: ['rate'],
    bars: [
      { figure: 'user', limit: 0.8 },
      { figure: 'total', limit: 0.45, against: { subject: 'CoreDNS', by: 'ratio' } },
      { figure: 'total', limit: 1, against: { subject: 'Unbound', by: 'ratio' } },
    ],
    measure: async (bench, server, round) => {
      const queries = bench.questions(name, questions(bench, round));
      const { seconds } = bench.settings;
      return (await measureLoad(bench, server, { port: server.port, queries, seconds }, ALL_FOUND)).figures;
    },
  };
}

interface ComparedParts extends LoadParts {
  readonly expected: ExpectedCodes;
  readonly userLimit: number;
  readonly ratioLimit: number;
  readonly edns?: boolean;
  readonly subjects?: readonly Subject[];
}

/** Ours against CoreDNS. */
export function againstCoreDns(parts: ComparedParts): Scenario {
  const { name, title, questions, expected, userLimit, ratioLimit, edns = false } = parts;
  return {
    name,
    title,
    subjects: parts.subjects ?? bothServers(),
    shown: ['rate', 'size'],
    bars: [
      { figure: 'user', limit: userLimit },
      { figure: 'total', limit: ratioLimit, against: { subject: 'CoreDNS', by: 'ratio' } },
    ],
    measure: async (bench, server, round) => {
      const queries = bench.questions(name, questions(bench, round));
      const { seconds } = bench.settings;
      return (await measureLoad(bench, server, { port: server.port, queries, seconds, edns }, expected)).figures;
    },
  };
}

/** More queries a second than any server here answers, so that a name never comes twice. */
const NEVER_TWICE_RATE = 250_000;
const MANY_NAMES = 100_000;

/** As many questions as a round can ask without a repetition. */
export function questionsOfRound(bench: Bench): number {
  return bench.settings.seconds * NEVER_TWICE_RATE;
}

export const clusterScenarios: readonly Scenario[] = [
  clusterNames({
    name: 'cluster-a',
    title: 'A of Services',
    questions: ({ shape }) => addressQuestions(shape.services, 'A'),
  }),
  clusterNames({
    name: 'cluster-aaaa',
    title: 'AAAA of Services',
    questions: ({ shape }) => addressQuestions(shape.services, 'AAAA'),
  }),
  clusterNames({
    name: 'cluster-srv',
    title: 'SRV of Services',
    questions: ({ shape }) => srvQuestions(shape.services),
  }),
  clusterNames({
    name: 'cluster-ptr',
    title: 'PTR of Services',
    questions: ({ shape }) => ptrQuestions(shape.services),
  }),
  againstCoreDns({
    name: 'ndots',
    title: 'ndots mix, 2/3 NXDOMAIN',
    questions: ({ shape }) => ndotsQuestions(shape),
    expected: { NOERROR: 1 / 3, NXDOMAIN: 2 / 3 },
    userLimit: 0.9,
    ratioLimit: 0.4,
  }),
  againstCoreDns({
    name: 'missing',
    title: '100,000 names that do not exist',
    questions: () => missingQuestions(MANY_NAMES, 'again'),
    expected: NONE_FOUND,
    userLimit: 5,
    ratioLimit: 0.35,
  }),
  againstCoreDns({
    name: 'missing-once',
    title: 'names that do not exist, none asked twice',
    questions: (bench, round) => missingQuestions(questionsOfRound(bench), String(round)),
    expected: NONE_FOUND,
    userLimit: 5,
    ratioLimit: 0.35,
  }),
  againstCoreDns({
    name: 'headless',
    title: 'headless Services of 50',
    questions: ({ shape }) => addressQuestions(shape.headless, 'A'),
    expected: ALL_FOUND,
    userLimit: 2.5,
    ratioLimit: 0.35,
    edns: true,
  }),
];
