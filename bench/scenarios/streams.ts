import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { makeTestCertificates } from '../../src/kube/testing/test-certificates.ts';
import { addressQuestions } from '../cluster/names.ts';
import { ServerRefused } from '../harness/ask.ts';
import type { Bench } from '../harness/bench.ts';
import type { Load } from '../harness/dnsperf.ts';
import { type CorefileServer, startCorefileServer } from '../servers/corefile-servers.ts';
import type { RunningServer } from '../servers/running.ts';
import { READY } from './cluster.ts';
import { ALL_FOUND, measureLoad } from './load.ts';
import type { Scenario, Subject } from './scenario.ts';

type StreamMode = Exclude<Load['mode'], undefined | 'udp'>;

/** Four connections with 25 queries under way on each. */
const CONNECTIONS = 4;
const OUTSTANDING = 100;
const SCHEMES = { dot: 'tls', doh: 'https' } as const;

function streamScenario(mode: StreamMode, title: string, ratioLimit: number): Scenario {
  return {
    name: mode,
    title,
    subjects: [streamSubject('ours', mode), streamSubject('CoreDNS', mode)],
    shown: ['rate'],
    bars: [{ figure: 'total', limit: ratioLimit, against: { subject: 'CoreDNS', by: 'ratio' } }],
    measure: async (bench, server) => {
      const queries = bench.questions(mode, addressQuestions(bench.shape.services, 'A'));
      const { seconds } = bench.settings;
      const load = {
        port: mode === 'tcp' ? server.port : (server.securePort ?? 0),
        queries,
        seconds,
        mode,
        clients: CONNECTIONS,
        outstanding: OUTSTANDING,
      };
      return (await measureLoad(bench, server, load, ALL_FOUND)).figures;
    },
  };
}

function streamSubject(name: CorefileServer, mode: StreamMode): Subject {
  const start = async (bench: Bench): Promise<RunningServer> =>
    startCorefileServer(bench, name, {
      ready: READY,
      ...(mode === 'tcp' ? {} : { secure: { scheme: SCHEMES[mode], ...makeCertificate(bench) } }),
    });
  return { name, start };
}

function makeCertificate(bench: Bench): { certificate: string; key: string } {
  try {
    const directory = mkdtempSync(join(bench.settings.lifetime.directory, 'certificates-'));
    const { serverCert, serverKey } = makeTestCertificates(directory);
    return { certificate: serverCert, key: serverKey };
  } catch (error) {
    throw new ServerRefused(`openssl makes no certificate: ${error instanceof Error ? error.message : String(error)}`);
  }
}

export const streamScenarios: readonly Scenario[] = [
  streamScenario('tcp', 'TCP, pipelined', 0.4),
  streamScenario('dot', 'DNS over TLS', 0.65),
  streamScenario('doh', 'DNS over HTTPS', 1),
];
