// What a pod costs that is watched for `pods verified` and autopath: prints octets of memory per pod for 100,000 pods.
// Each shape is measured in a process of its own. See README.md.
import { spawnSync } from 'node:child_process';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { SharedValues } from '../../src/kube/decoded-object.ts';
import { protobufWire } from '../../src/kube/protobuf-wire.ts';
import { ClusterStore } from '../../src/kube/store.ts';
import { encodeList } from '../../src/kube/testing/protobuf-encoder.ts';

const PODS = 100_000;
/** Pods of a Deployment, which have their labels in common. */
const REPLICAS = 25;
const PAGE = 500;

const SHAPES = {
  'one address': { isDual: false, labels: false },
  'two addresses': { isDual: true, labels: false },
  'one address, and labels for plugin metadata': { isDual: false, labels: true },
} as const;
type Shape = keyof typeof SHAPES;

function hex(n: number, digits: number): string {
  return n.toString(16).padStart(digits, '0');
}

/** As a big cluster has them: 200 namespaces, names of Deployments. */
function pod(n: number, isDual: boolean): object {
  const deployment = Math.floor(n / REPLICAS);
  const hash = `7d9f${hex(deployment, 6)}`;
  const podIP = `10.${n >> 16}.${(n >> 8) & 255}.${n & 255}`;
  const podIPs = [{ ip: podIP }, ...(isDual ? [{ ip: `fd00:10:244:${hex(n >> 8, 1)}::${hex(n & 255, 1)}` }] : [])];
  return {
    metadata: {
      namespace: `team-${deployment % 200}`,
      name: `service-${deployment}-${hash}-${hex((n * 7919) % 1_048_576, 5)}`,
      uid: `${hex((n * 2_654_435_761) % 4_294_967_296, 8)}-${hex(n % 65_536, 4)}-4a6b-8c7d-${hex(n, 12)}`,
      resourceVersion: String(200_000_000 + n * 3),
      labels: { app: `service-${deployment}`, 'pod-template-hash': hash, tier: `tier-${deployment % 7}` },
    },
    status: { phase: 'Running', podIP, podIPs },
  };
}

function measure(shape: Shape): void {
  const { isDual, labels } = SHAPES[shape];
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const memory = (): number => {
    if (typeof collect === 'function') for (let i = 0; i < 3; i++) collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };
  const store = new ClusterStore({ kinds: ['Pod'], now: Date.now });
  const shared = new SharedValues({ keepsPodLabels: labels });
  const fill = (from: number, to: number): void => {
    const relist = store.beginRelist('Pod');
    for (let start = from; start < to; start += PAGE) {
      const items = Array.from({ length: Math.min(PAGE, to - start) }, (_, i) => pod(start + i, isDual));
      const reader = protobufWire.listReader('Pod', shared, () => false);
      for (const item of reader.push(encodeList('Pod', { resourceVersion: '1' }, items))) {
        if (item.object !== undefined) relist.add(item.object);
      }
      reader.end();
    }
    relist.finish();
  };
  // Code, and the tables' first pages, are not what a pod costs.
  fill(PODS, PODS + PAGE);
  fill(PODS, PODS);
  const before = memory();
  const began = performance.now();
  fill(0, PODS);
  const seconds = (performance.now() - began) / 1000;
  const octets = (memory() - before) / PODS;
  if (store.count('Pod') !== PODS) throw new Error(`${store.count('Pod')} pods`);
  if (store.podsByAddress('10.0.0.7')[0]?.namespace !== 'team-0') throw new Error('a pod is not found');
  process.stdout.write(
    `${shape}: ${octets.toFixed(1)} octets a pod (${PODS} pods, ${seconds.toFixed(1)} s to decode and store)\n`,
  );
}

const given = Object.keys(SHAPES).find((shape): shape is Shape => shape === process.argv[2]);
if (given === undefined) {
  for (const shape of Object.keys(SHAPES)) {
    const { status } = spawnSync(process.execPath, [import.meta.filename, shape], { stdio: 'inherit' });
    if (status !== 0) process.exitCode = 1;
  }
} else measure(given);
