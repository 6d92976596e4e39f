import { clusterScenarios } from './cluster.ts';
import { fileScenarios } from './files.ts';
import { forwardScenarios } from './forward.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { mouths } from './mouths.ts';
import { overload } from './overload.ts';
import type { Scenario } from './scenario.ts';
import { streamScenarios } from './streams.ts';

/** All of them, in the order of the table. */
export const scenarios: readonly Scenario[] = [
  ...clusterScenarios,
  ...forwardScenarios,
  ...fileScenarios,
  ...streamScenarios,
  latency,
  mouths,
  memory,
  overload,
];
