import { join } from 'node:path';
import type { Bench } from '../harness/bench.ts';
import type { RunningServer } from './running.ts';

/** node:dgram with a fixed answer: what any server in JavaScript is compared with. */
export async function startDgram(bench: Bench): Promise<RunningServer> {
  const script = join(import.meta.dirname, 'dgram-process.ts');
  const program = bench.start(process.execPath, [script], bench.cores.server);
  return { program, port: Number(await program.firstLine()) };
}
