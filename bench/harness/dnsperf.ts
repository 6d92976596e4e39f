import { median, percentile } from '../report/statistics.ts';
import { Program } from './program.ts';
import type { Lifetime } from './lifetime.ts';

export interface Load {
  readonly port: number;
  /** `NAME TYPE` a line, asked in turn and again from the start. */
  readonly queries: string;
  /** Ends after this time … */
  readonly seconds: number;
  /** … or when the queries have been asked so many times. */
  readonly runs?: number;
  readonly mode?: 'udp' | 'tcp' | 'dot' | 'doh';
  /** Sockets, or connections. */
  readonly clients?: number;
  /** Unanswered queries at most, over all clients. */
  readonly outstanding?: number;
  /** Queries a second at most; as many as the server answers unless given. */
  readonly rate?: number;
  /** Send an OPT record, so that long answers fit a datagram. */
  readonly edns?: boolean;
  /** Keep the time of each query, which costs the generator: for low rates. */
  readonly eachLatency?: boolean;
}

export interface LoadReport {
  readonly sent: number;
  readonly answered: number;
  readonly lost: number;
  /** Answered queries a second. */
  readonly rate: number;
  readonly seconds: number;
  /** Of the answers, from 0 to 1, by rcode. */
  readonly rcodes: Readonly<Record<string, number>>;
  /** Octets of an answer, on average. */
  readonly answerSize: number;
  /** In microseconds. */
  readonly meanLatency: number;
  readonly maximumLatency: number;
  /** Of single queries, in microseconds, where asked for. */
  readonly latencies: readonly number[];
}

const DEFAULT_CLIENTS = 4;
const DEFAULT_OUTSTANDING = 100;
/** After this time without an answer a query is lost. */
const TIMEOUT_SECONDS = 2;
/** What dnsperf may take beside the load: start, waiting for the last answers, end. */
const SPARE_SECONDS = 30;

/** The words that start dnsperf. */
export function dnsperfArguments(load: Load): string[] {
  const { mode = 'udp', clients = DEFAULT_CLIENTS, outstanding = DEFAULT_OUTSTANDING } = load;
  const words = ['-s', '127.0.0.1', '-p', load.port, '-m', mode, '-d', load.queries, '-l', load.seconds];
  words.push('-c', clients, '-q', outstanding, '-t', TIMEOUT_SECONDS, '-T', 1, '-O', 'suppress=timeout,unexpected');
  if (load.runs !== undefined) words.push('-n', load.runs);
  if (load.rate !== undefined) words.push('-Q', load.rate);
  if (load.edns === true) words.push('-e');
  if (load.eachLatency === true) words.push('-v');
  return words.map(String);
}

/** Reads what dnsperf prints. Throws when the statistics are not there. */
export function parseDnsperf(text: string): LoadReport {
  const number = (pattern: RegExp): number => {
    const match = pattern.exec(text)?.[1];
    if (match === undefined) throw new Error(`dnsperf printed no ${pattern.source}`);
    return Number(match);
  };
  const codes = /Response codes: +(.*)/.exec(text)?.[1] ?? '';
  const rcodes = [...codes.matchAll(/([A-Z0-9]+) \d+ \(([\d.]+)%\)/g)].map(([, rcode = '', share]) => [
    rcode,
    Number(share) / 100,
  ]);
  return {
    sent: number(/Queries sent: +(\d+)/),
    answered: number(/Queries completed: +(\d+)/),
    lost: number(/Queries lost: +(\d+)/),
    rate: number(/Queries per second: +([\d.]+)/),
    seconds: number(/Run time \(s\): +([\d.]+)/),
    rcodes: Object.fromEntries(rcodes),
    answerSize: number(/Average packet size: +request \d+, response (\d+)/),
    meanLatency: number(/Average Latency \(s\): +([\d.]+)/) * 1e6,
    maximumLatency: number(/Average Latency \(s\): .*max ([\d.]+)/) * 1e6,
    latencies: [...text.matchAll(/^> [A-Z]{2,} \S+ \S+ ([\d.]+)$/gm)].map(([, seconds]) => Number(seconds) * 1e6),
  };
}

/** Runs the load to its end. Rejects when dnsperf fails. */
export async function runLoad(lifetime: Lifetime, core: number, load: Load): Promise<LoadReport> {
  const program = new Program(lifetime, { command: 'dnsperf', args: dnsperfArguments(load), core, keepOutput: true });
  const limit = load.seconds + TIMEOUT_SECONDS + SPARE_SECONDS;
  const code = await program.within(limit * 1000);
  if (program.child.signalCode === 'SIGKILL') throw new Error(`dnsperf did not end within ${limit} s and was killed`);
  if (code !== 0) throw new Error(`dnsperf ended with ${code}: ${program.lastWords}`);
  return parseDnsperf(program.output);
}

/** Mean, median and 99th percentile in microseconds, of single queries where they were kept. */
export function latencyFigures({
  latencies,
  meanLatency,
}: Pick<LoadReport, 'latencies' | 'meanLatency'>): Readonly<Record<string, number>> {
  if (latencies.length === 0) return { mean: meanLatency };
  return { mean: meanLatency, p50: median(latencies), p99: percentile(latencies, 0.99) };
}
