import type { Machine } from '../harness/machine.ts';
import type { Bar } from './bars.ts';
import type { FigureName, Figures } from './figures.ts';

export interface SubjectResult {
  readonly name: string;
  /** One entry a round, in the order of time. */
  readonly rounds: readonly Figures[];
  /** Measurements that were disturbed, thrown away and repeated. */
  readonly repeated: number;
  /** Why there are none, or not all. */
  readonly problem?: string;
}

export interface ScenarioResult {
  readonly name: string;
  readonly title: string;
  /** What the table shows beside CPU time. */
  readonly shown: readonly FigureName[];
  readonly subjects: readonly SubjectResult[];
  readonly bars: readonly Bar[];
}

/** What a run writes to bench/results. */
export interface RunResult {
  /** ISO 8601, UTC. */
  readonly date: string;
  /** The commit that was measured, with `+` when the tree was changed. */
  readonly commit: string;
  readonly machine: Machine;
  readonly rounds: number;
  readonly seconds: number;
  readonly scenarios: readonly ScenarioResult[];
}
