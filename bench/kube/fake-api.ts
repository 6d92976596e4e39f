// An API server with one big cluster that never changes by itself, for measurements: lists, watches and streamed
// lists as protobuf and as JSON. Parent process and this one talk through IPC, see `FakeApi` in fake-api-process.ts.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { encodeEvent, encodeList } from '../../src/kube/testing/protobuf-encoder.ts';
import { BIG_CLUSTER, type ClusterObjects, makeCluster } from './big-cluster.ts';

type Kind = keyof ClusterObjects;

const PATHS: Readonly<Record<string, Kind>> = {
  '/api/v1/services': 'Service',
  '/api/v1/namespaces': 'Namespace',
  '/apis/discovery.k8s.io/v1/endpointslices': 'EndpointSlice',
};
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
// What a Go server hands to the kernel at once.
const WRITE_OCTETS = 32 * 1024;

const [form = 'protobuf', lists = 'streams', certificate = '', key = ''] = process.argv.slice(2);
const isBinary = form === 'protobuf';
const objects = makeCluster(BIG_CLUSTER);
let version = 2_000_000;
const watches = new Map<ServerResponse, Kind>();
let busy = 0;

/** Bodies by kind, made before anybody asks: encoding must not be measured. */
let bodies = encodeAll();

function encodeAll(): Record<Kind, { list: Buffer; stream: Buffer }> {
  const encode = (kind: Kind): { list: Buffer; stream: Buffer } => {
    const items = objects[kind];
    const end = {
      metadata: { resourceVersion: String(version), annotations: { 'k8s.io/initial-events-end': 'true' } },
    };
    const events = [...items.map((object) => ({ type: 'ADDED', object })), { type: 'BOOKMARK', object: end }];
    const metadata = { resourceVersion: String(version) };
    return isBinary
      ? { list: encodeList(kind, metadata, items), stream: Buffer.concat(events.map((one) => encodeEvent(kind, one))) }
      : {
          list: Buffer.from(JSON.stringify({ kind: `${kind}List`, metadata, items })),
          stream: Buffer.from(events.map((one) => `${JSON.stringify(one)}\n`).join('')),
        };
  };
  return { Service: encode('Service'), EndpointSlice: encode('EndpointSlice'), Namespace: encode('Namespace') };
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '', 'http://api');
  const kind = PATHS[url.pathname];
  if (kind === undefined) {
    response.writeHead(404).end('404 page not found');
    return;
  }
  const { searchParams } = url;
  const isWatch = searchParams.has('watch');
  const isStream = searchParams.has('sendInitialEvents');
  if (isStream && lists !== 'streams') {
    const status = { kind: 'Status', reason: 'Invalid', code: 422, message: 'sendInitialEvents is forbidden' };
    response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify(status));
    return;
  }
  const type = isBinary ? PROTOBUF : 'application/json';
  response.writeHead(200, { 'content-type': isWatch && isBinary ? `${type};stream=watch` : type });
  response.flushHeaders();
  if (isWatch && !isStream) {
    watches.set(response, kind);
    response.on('close', () => watches.delete(response));
    return;
  }
  busy++;
  await send(response, isStream ? bodies[kind].stream : bodies[kind].list);
  busy--;
  if (isStream) {
    watches.set(response, kind);
    response.on('close', () => watches.delete(response));
  } else response.end();
}

async function send(response: ServerResponse, body: Buffer): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += WRITE_OCTETS) {
    if (response.write(body.subarray(at, at + WRITE_OCTETS))) continue;
    while (response.writableNeedDrain && !response.destroyed) await setImmediate();
  }
}

/** Every watch gets 410, so that every client lists again; with `touched` every object has a new version. */
function expire(touched: boolean): void {
  version++;
  if (touched) {
    for (const [i, object] of Object.values(objects).flat().entries()) {
      const metadata: unknown = Reflect.get(object, 'metadata');
      if (typeof metadata === 'object' && metadata !== null)
        Reflect.set(metadata, 'resourceVersion', String(++version + i));
    }
    version += 100_000;
    bodies = encodeAll();
  }
  const gone = { kind: 'Status', reason: 'Expired', code: 410, message: 'too old resource version' };
  for (const [response, kind] of watches) {
    const event = { type: 'ERROR', object: gone };
    response.end(isBinary ? encodeEvent(kind, event) : `${JSON.stringify(event)}\n`);
  }
  watches.clear();
}

const handle = (request: IncomingMessage, response: ServerResponse): void => void answer(request, response);
const server =
  certificate === ''
    ? createServer(handle)
    : createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, handle);
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  const octets = Object.values(bodies).reduce((sum, { list }) => sum + list.length, 0);
  process.send?.({ port: typeof address === 'object' && address !== null ? address.port : 0, octets });
});
process.on('message', (message) => {
  if (message === 'expire') expire(false);
  else if (message === 'expire touched') expire(true);
  process.send?.({ watches: watches.size, busy });
});
process.on('disconnect', () => process.exit());
