import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { freePort, temporaryFolder, TestProcess } from '../../src/cli/testing.ts';
import { DevCluster } from '../../src/devcluster/dev-cluster.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { systemClock } from '../../src/plugin-api/clock.ts';
import { askServer } from '../../src/server/testing.ts';
import { ProcessMemory } from '../../src/transport/process-memory.ts';

/** Above what a package needs: here the sources are compiled on the way, and other tests run at the same time. */
const MAXIMUM_MEGABYTES = 120;
const MAXIMUM_SECONDS = 5;

it('the server alone with the example shop: memory and time to start', async () => {
  const cluster = await DevCluster.start({ clock: systemClock, logger: silentLogger() });
  try {
    await cluster.load(join(import.meta.dirname, '../../examples/web-shop'));
    const port = await freePort();
    using folder = temporaryFolder({
      Corefile: `.:${port} {\n errors\n kubernetes cluster.local in-addr.arpa {\n endpoint ${cluster.url}\n pods insecure\n }\n cache 30\n}\n`,
    });
    const began = performance.now();
    await using child = new TestProcess([], { folder: folder.path });
    await child.line(/^linux\//);
    const seconds = (performance.now() - began) / 1000;
    const megabytes = megabytesOf(child.pid, 'VmRSS');
    process.stderr.write(`serve from source: ready in ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB resident\n`);
    expect(megabytes).toBeLessThan(MAXIMUM_MEGABYTES);
    expect(seconds).toBeLessThan(MAXIMUM_SECONDS);
  } finally {
    await cluster.stop();
  }
});

/** `VmRSS`: resident now; `VmHWM`: at most, since the start (proc_pid_status(5)). */
function megabytesOf(id: number | undefined, field: 'VmRSS' | 'VmHWM'): number {
  const status = readFileSync(`/proc/${id}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status)?.[1]) / 1024;
}

const canGiveBack = (await ProcessMemory.open()) !== undefined;

it.runIf(canGiveBack)('gives back what only the start needed, and goes on answering', { timeout: 40_000 }, async () => {
  const port = await freePort();
  using folder = temporaryFolder({ Corefile: `.:${port} {\n bind 127.0.0.1\n whoami\n}\n` });
  await using child = new TestProcess([], { folder: folder.path });
  await child.line(/^linux\//);
  const given = (): number => megabytesOf(child.pid, 'VmHWM') - megabytesOf(child.pid, 'VmRSS');
  // Once a second it looks whether things are quiet.
  for (let i = 0; i < 150 && given() < 20; i++) await sleep(200);
  expect(given()).toBeGreaterThan(20);
  expect((await askServer(port, 'a.test', { type: 'A' })).additionals).toHaveLength(2);
});
