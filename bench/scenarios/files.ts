import { FILE_ZONE, hostQuestions } from '../cluster/names.ts';
import { hostsFile, hostsZone } from '../cluster/zone-files.ts';
import type { Bench } from '../harness/bench.ts';
import { type CorefileServer, startCorefileServer } from '../servers/corefile-servers.ts';
import { ALL_FOUND, measureLoad } from './load.ts';
import type { Scenario, Subject } from './scenario.ts';

const NAMES = 1000;
const READY = `host-0.${FILE_ZONE} A`;

const hostsDirective = (bench: Bench): string => `hosts ${bench.file('hosts', hostsFile(NAMES))} {
        fallthrough
    }`;
const fileDirective = (bench: Bench): string => `file ${bench.file('hosts.zone', hostsZone(NAMES).text)} ${FILE_ZONE}`;

function within(name: CorefileServer, directive: (bench: Bench) => string): Subject['start'] {
  const directives = (full: readonly string[], bench: Bench): string[] => [...full, directive(bench)];
  return (bench) => startCorefileServer(bench, name, { directives, ready: READY });
}

/** CoreDNS with `hosts` and nothing else, as fast as it gets: ours is compared with that, whatever stands in our own chain. */
const hostsAlone: Subject = {
  name: 'CoreDNS, hosts alone',
  start: (bench) =>
    startCorefileServer(bench, 'CoreDNS', { directives: (_full, bench) => [hostsDirective(bench)], ready: READY }),
};

function fileScenario(name: string, title: string, directive: (bench: Bench) => string): Scenario {
  return {
    name,
    title,
    subjects: [
      { name: 'ours', start: within('ours', directive) },
      { name: 'CoreDNS', start: within('CoreDNS', directive) },
      hostsAlone,
    ],
    shown: ['rate'],
    bars: [
      { figure: 'user', limit: 0.8 },
      { figure: 'total', limit: 0.75, against: { subject: hostsAlone.name, by: 'ratio' } },
    ],
    measure: async (bench, server) => {
      const queries = bench.questions(name, hostQuestions(NAMES));
      const { seconds } = bench.settings;
      return (await measureLoad(bench, server, { port: server.port, queries, seconds }, ALL_FOUND)).figures;
    },
  };
}

export const fileScenarios: readonly Scenario[] = [
  fileScenario('hosts', 'hosts', hostsDirective),
  fileScenario('file', 'file', fileDirective),
];
