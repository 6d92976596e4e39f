import type { Bench } from '../harness/bench.ts';
import type { Bar } from '../report/bars.ts';
import type { FigureName, Figures } from '../report/figures.ts';
import type { RunningServer } from '../servers/running.ts';

/** A server that takes part. */
export interface Subject {
  readonly name: string;
  /** Rejects with ServerRefused when it cannot take part here. */
  readonly start: (bench: Bench) => Promise<RunningServer>;
}

/** One question to the servers, with what we want the answer to be. */
export interface Scenario {
  /** A word for --scenario. */
  readonly name: string;
  readonly title: string;
  /** Ours first; without it nothing is measured. */
  readonly subjects: readonly Subject[];
  /** Figures that the table shows beside CPU time. */
  readonly shown: readonly FigureName[];
  readonly bars: readonly Bar[];
  /** Measurements of each server a round; one unless given. */
  readonly turnsARound?: number;
  /** One long measurement without warm-up in place of rounds. */
  readonly once?: boolean;
  /** Measures a server that nothing else is asked of; round 0 is the warm-up. Rejects when its answers are wrong. */
  readonly measure: (bench: Bench, server: RunningServer, round: number) => Promise<Figures>;
}
