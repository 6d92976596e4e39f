import { clusterZones } from '../cluster/zone-files.ts';
import { ServerRefused, waitForAnswer } from '../harness/ask.ts';
import type { Bench } from '../harness/bench.ts';
import { freePort } from '../harness/ports.ts';
import { startKnot } from './knot.ts';
import type { RunningServer } from './running.ts';

/** Unbound with one thread and without validation, as a cache in front of Knot, which has the cluster's names as zones. */
export async function startUnbound(bench: Bench, ready: string): Promise<RunningServer> {
  const path = bench.settings.peers['unbound'];
  if (path === undefined) throw new ServerRefused('unbound is not installed (Debian: apt-get install unbound)');
  const behind = await startKnot(bench, clusterZones(bench.shape), ready, bench.cores.others);
  const port = await freePort();
  const configuration = `server:
  interface: 127.0.0.1
  port: ${port}
  access-control: 127.0.0.0/8 allow
  do-daemonize: no
  username: ""
  chroot: ""
  pidfile: ""
  directory: "${bench.settings.lifetime.directory}"
  use-syslog: no
  num-threads: 1
  module-config: "iterator"
  do-not-query-localhost: no
  local-zone: "10.in-addr.arpa." nodefault
  local-zone: "d.f.ip6.arpa." nodefault
remote-control:
  control-enable: no
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${behind.port}
`;
  const program = bench.start(
    path,
    ['-d', '-c', bench.file(`unbound-${port}.conf`, configuration)],
    bench.cores.server,
  );
  // What is behind it ends with it.
  void program.ended.then(() => behind.program.stop());
  await waitForAnswer(program, port, ready);
  return { program, port };
}
