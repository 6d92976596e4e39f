import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ZoneText } from '../cluster/zone-files.ts';
import { ServerRefused, waitForAnswer } from '../harness/ask.ts';
import type { Bench } from '../harness/bench.ts';
import { freePort } from '../harness/ports.ts';
import type { RunningServer } from './running.ts';

/** Knot DNS, authoritative for the zones, with one worker. */
export async function startKnot(
  bench: Bench,
  zones: readonly ZoneText[],
  ready: string,
  core: number = bench.cores.server,
): Promise<RunningServer> {
  const path = bench.settings.peers['knotd'];
  if (path === undefined) throw new ServerRefused('knotd is not installed (Debian: apt-get install knot)');
  const port = await freePort();
  const directory = join(bench.settings.lifetime.directory, `knot-${port}`);
  mkdirSync(directory);
  const entries = zones.map(({ origin, text }) => {
    const file = bench.file(`knot-${port}/${origin}zone`, text);
    return `  - domain: ${origin}\n    file: ${file}\n    zonefile-sync: -1\n    journal-content: none\n`;
  });
  const configuration = `server:
  rundir: ${directory}
  listen: 127.0.0.1@${port}
  udp-workers: 1
  tcp-workers: 1
  background-workers: 1
database:
  storage: ${directory}
log:
  - target: stderr
    any: error
zone:
${entries.join('')}`;
  const program = bench.start(path, ['-c', bench.file(`knot-${port}/knot.conf`, configuration)], core);
  await waitForAnswer(program, port, ready);
  return { program, port };
}
