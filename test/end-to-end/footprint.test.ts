import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { freePort, temporaryFolder, TestProcess } from '../../src/cli/testing.ts';
import { DevCluster } from '../../src/devcluster/dev-cluster.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { systemClock } from '../../src/plugin-api/clock.ts';

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
    const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8')) ?? [];
    const megabytes = Number(kilobytes) / 1024;
    process.stderr.write(`serve from source: ready in ${seconds.toFixed(2)} s, ${megabytes.toFixed(0)} MB resident\n`);
    expect(megabytes).toBeLessThan(MAXIMUM_MEGABYTES);
    expect(seconds).toBeLessThan(MAXIMUM_SECONDS);
  } finally {
    await cluster.stop();
  }
});
