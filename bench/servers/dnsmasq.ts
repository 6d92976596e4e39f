import { serviceName } from '../cluster/names.ts';
import { PORTS } from '../cluster/shape.ts';
import { ServerRefused, waitForAnswer } from '../harness/ask.ts';
import type { Bench } from '../harness/bench.ts';
import { freePort } from '../harness/ports.ts';
import type { RunningServer } from './running.ts';

/** dnsmasq with the cluster's names as a hosts file. */
export async function startDnsmasq(bench: Bench, ready: string): Promise<RunningServer> {
  const path = bench.settings.peers['dnsmasq'];
  if (path === undefined) throw new ServerRefused('dnsmasq is not installed (Debian: apt-get install dnsmasq-base)');
  const port = await freePort();
  const { services } = bench.shape;
  const hosts = services.flatMap((service) =>
    service.addresses.map((address) => `${address} ${serviceName(service)}\n`),
  );
  const srv = services.flatMap((service) =>
    PORTS.map(({ name, port }) => `srv-host=_${name}._tcp.${serviceName(service)},${serviceName(service)},${port}\n`),
  );
  const configuration = `port=${port}
listen-address=127.0.0.1
bind-interfaces
no-resolv
no-hosts
addn-hosts=${bench.file(`dnsmasq-${port}.hosts`, hosts.join(''))}
${srv.join('')}`;
  // As no daemon it stays the user that it is. A process that becomes another one loses the signal that ends it with the bench.
  const args = ['--no-daemon', `--conf-file=${bench.file(`dnsmasq-${port}.conf`, configuration)}`];
  const program = bench.start(path, args, bench.cores.server);
  await waitForAnswer(program, port, ready);
  return { program, port };
}
