// A process that does nothing but watch a cluster: `node watch-process.ts URL [CA-FILE]`.
import { endpointAccess } from '../../src/kube/access.ts';
import { ClusterWatch } from '../../src/kube/cluster-watch.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { Registry } from '../../src/metrics/registry.ts';

const [url = '', caFile = ''] = process.argv.slice(2);
const watch = new ClusterWatch({
  access: endpointAccess({ url, ...(caFile === '' ? {} : { caFile }) }),
  labelSelector: '',
  namespaceLabelSelector: '',
  watchPods: false,
  watchEndpointSlices: true,
  multicluster: false,
  version: 'bench',
  logger: silentLogger(),
  metrics: new Registry(),
  now: Date.now,
  random: Math.random,
});
const started = performance.now();
watch.start();
await watch.waitForSync(60_000);
process.send?.({ syncedAfter: performance.now() - started });
