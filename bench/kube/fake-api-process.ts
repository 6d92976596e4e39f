// A stand-in for the API server in a process of its own: `node fake-api-process.ts FORM LISTS [CERTIFICATE KEY]`.
// What the parent sends: `expire`, `expire touched`, `state`, or a ChangeRequest.
import { BIG_CLUSTER, makeCluster } from './big-cluster.ts';
import { isChangeRequest, measureChanges } from './change-prober.ts';
import { FakeApi } from './fake-api.ts';

const [form, lists, certificate = '', key = ''] = process.argv.slice(2);
const objects = makeCluster(BIG_CLUSTER);
const api = new FakeApi({
  objects,
  form: form === 'json' ? 'json' : 'protobuf',
  lists: lists === 'pages' ? 'pages' : 'streams',
  ...(certificate === '' ? {} : { tls: { certificate, key } }),
});

async function take(message: unknown): Promise<void> {
  if (isChangeRequest(message)) {
    process.send?.(await measureChanges(api, objects, message));
    return;
  }
  if (message === 'expire' || message === 'expire touched') api.expire(message === 'expire touched');
  process.send?.({ watches: api.watches });
}

process.on('message', (message) => void take(message));
process.on('disconnect', () => process.exit());
process.send?.({ port: await api.listen() });
