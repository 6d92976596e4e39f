import { addressQuestions, podQuestions, type Questions } from '../cluster/names.ts';
import { hostsFile } from '../cluster/zone-files.ts';
import { clusterShape } from '../cluster/shape.ts';
import type { Bench } from '../harness/bench.ts';
import type { CorefileOptions } from '../servers/corefile-servers.ts';

/** What one curve varies, and how: CPU per query should not depend on it. */
export interface Curve {
  readonly name: string;
  readonly title: string;
  readonly xLabel: string;
  readonly xScale: 'logarithmic' | 'linear';
  readonly values: readonly number[];
  readonly questions: (value: number) => Questions;
  readonly options: (value: number) => Omit<CorefileOptions, 'ready'>;
}

const ASKED_NAMES = 1000;

export const curves: readonly Curve[] = [
  {
    name: 'names',
    title: 'names asked',
    xLabel: 'different names',
    xScale: 'logarithmic',
    values: [10, 100, 1000, 10_000, 100_000],
    questions: podQuestions,
    options: () => ({}),
  },
  {
    name: 'services',
    title: 'services in the cluster',
    xLabel: 'Services',
    xScale: 'logarithmic',
    values: [10, 100, 1000, 10_000],
    questions: (value) => addressQuestions(clusterShape(Math.min(value, ASKED_NAMES)).services, 'A'),
    options: (value) => ({ services: value }),
  },
  {
    name: 'plugins',
    title: 'plugins in the chain',
    xLabel: 'plugins that queries pass',
    xScale: 'linear',
    values: [1, 2, 4, 6, 8],
    questions: () => addressQuestions(clusterShape(ASKED_NAMES).services, 'A'),
    options: (value) => ({ directives: (full, bench) => pluginsOf(full, bench).slice(0, value) }),
  },
];

/** Plugins that a query for a Service passes, in the order in which the curve takes them in: `kubernetes`, which answers, first. */
function pluginsOf(full: readonly string[], bench: Bench): string[] {
  const directive = (name: string): string => full.find((line) => line.split(' ', 1)[0] === name) ?? name;
  return [
    directive('kubernetes'),
    'errors',
    directive('prometheus'),
    'loadbalance',
    directive('cache'),
    `hosts ${bench.file('hosts', hostsFile(10))} {\n        fallthrough\n    }`,
    'template ANY ANY never.example {\n        rcode NXDOMAIN\n        fallthrough\n    }',
    'metadata',
  ];
}
