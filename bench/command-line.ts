import { parseArgs } from 'node:util';

export interface BenchArguments {
  readonly help: boolean;
  readonly list: boolean;
  readonly scenario: RegExp;
  readonly rounds: number;
  readonly seconds: number;
  readonly queries: number;
  readonly overloadSeconds: number;
  readonly coredns: string | undefined;
  readonly installCoredns: boolean;
  readonly reuseBuild: boolean;
  readonly markdown: boolean;
  readonly plot: boolean;
}

/** A mistake in the arguments, to be told in one line. */
export class ArgumentError extends Error {
  override readonly name = 'ArgumentError';
}

export const HELP = `usage: npm run bench -- [OPTION...]

Measures what an answered query costs, here and with other servers, in turn and on the same cores, and compares with what
the project wants. Everything happens on loopback, on free ports. A whole run takes about 40 minutes; the machine should
do nothing else meanwhile.

  --scenario=REGEXP      only scenarios whose names match (--list shows them)
  --rounds=N             measurements of each server; the table has their medians (5)
  --seconds=N            of each measurement (5)
  --queries=N            of the memory scenario (10000000)
  --overload-seconds=N   of the overload scenario (60)
  --coredns=PATH         CoreDNS; otherwise it is looked for in PATH, GOBIN and GOPATH/bin
  --install-coredns      build CoreDNS 1.15.0 with Go first
  --reuse-build          do not build the package anew
  --markdown             print the table for docs/performance.md
  --plot                 draw CPU per query against names, services and plugins instead (about 15 minutes)
  --list                 print the scenarios
  --help                 print this

It needs Linux with two cores, dnsperf, taskset and setpriv; Unbound, Knot, dnsmasq and CoreDNS take part where installed
(Debian: apt-get install dnsperf unbound knot dnsmasq-base). Results are written to bench/results.

examples:
  npm run bench
  npm run bench -- --scenario='^cluster|ndots' --rounds=3
  npm run bench -- --seconds=2 --rounds=1 --queries=200000 --overload-seconds=5
  npm run bench -- --coredns=/opt/coredns --markdown
  npm run bench -- --plot`;

const MAXIMUM_SECONDS = 600;
const MAXIMUM_ROUNDS = 100;
const MAXIMUM_QUERIES = 1_000_000_000;

/** Throws ArgumentError. */
export function parseCommandLine(args: readonly string[]): BenchArguments {
  const { values } = parse(args);
  return {
    help: values.help,
    list: values.list,
    scenario: pattern(values.scenario),
    rounds: whole('--rounds', values.rounds, MAXIMUM_ROUNDS),
    seconds: whole('--seconds', values.seconds, MAXIMUM_SECONDS),
    queries: whole('--queries', values.queries, MAXIMUM_QUERIES),
    overloadSeconds: whole('--overload-seconds', values['overload-seconds'], MAXIMUM_SECONDS),
    coredns: values.coredns,
    installCoredns: values['install-coredns'],
    reuseBuild: values['reuse-build'],
    markdown: values.markdown,
    plot: values.plot,
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        scenario: { type: 'string', default: '' },
        rounds: { type: 'string', default: '5' },
        seconds: { type: 'string', default: '5' },
        queries: { type: 'string', default: '10000000' },
        'overload-seconds': { type: 'string', default: '60' },
        coredns: { type: 'string' },
        'install-coredns': { type: 'boolean', default: false },
        'reuse-build': { type: 'boolean', default: false },
        markdown: { type: 'boolean', default: false },
        plot: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false, short: 'h' },
      },
    });
  } catch (error) {
    throw new ArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function whole(option: string, text: string, maximum: number): number {
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > maximum)
    throw new ArgumentError(`${option}: "${text}" is no whole number from 1 to ${maximum}`);
  return number;
}

function pattern(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch {
    throw new ArgumentError(`--scenario: "${text}" is no regular expression`);
  }
}
