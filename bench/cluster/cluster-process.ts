// The API server of the measured cluster, for every server alike: `node cluster-process.ts SERVICES` prints its URL.
import { DevCluster } from '../../src/devcluster/dev-cluster.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { systemClock } from '../../src/plugin-api/clock.ts';
import { clusterObjects, clusterShape } from './shape.ts';

const cluster = await DevCluster.start({ clock: systemClock, logger: silentLogger(), controllers: false });
for (const object of clusterObjects(clusterShape(Number(process.argv[2])))) cluster.apply(object);
process.stdout.write(`${cluster.url}\n`);
