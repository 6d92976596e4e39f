import { join } from 'node:path';
import { OUTSIDE_ZONE } from '../cluster/names.ts';
import { hostsZone, outsideZone } from '../cluster/zone-files.ts';
import type { Bench } from '../harness/bench.ts';
import { startKnot } from './knot.ts';

/** Starts what answers every name of the outside world; returns its port. Knot where it is installed: it must not be what is slow. */
export async function startOutside(bench: Bench): Promise<number> {
  const { peers, progress } = bench.settings;
  progress.step('starting the outside world');
  if (peers['knotd'] !== undefined) {
    const zones = [outsideZone(), hostsZone(0)];
    return (await startKnot(bench, zones, `ready.${OUTSIDE_ZONE} A`, bench.cores.others)).port;
  }
  progress.note('! knotd is not installed: the upstream is a slow stand-in, forward figures are limited by it');
  const script = join(import.meta.dirname, 'dgram-process.ts');
  return Number(await bench.start(process.execPath, [script], bench.cores.others).firstLine());
}
