import type { Bench } from '../harness/bench.ts';
import type { Machine } from '../harness/machine.ts';

export async function drawPlots(_b: Bench, _m: Machine, _p: string): Promise<void> {}
