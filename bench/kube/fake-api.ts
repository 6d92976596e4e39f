import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { readFileSync } from 'node:fs';
import { setImmediate } from 'node:timers/promises';
import { encodeEvent, encodeList } from '../../src/kube/testing/protobuf-encoder.ts';
import type { ClusterObjects } from './big-cluster.ts';

type Kind = keyof ClusterObjects;

const PATHS: Readonly<Record<string, Kind>> = {
  '/api/v1/services': 'Service',
  '/api/v1/namespaces': 'Namespace',
  '/apis/discovery.k8s.io/v1/endpointslices': 'EndpointSlice',
};
const PROTOBUF = 'application/vnd.kubernetes.protobuf';
// What a Go server hands to the kernel at once.
const WRITE_OCTETS = 32 * 1024;

export interface FakeApiOptions {
  readonly objects: ClusterObjects;
  readonly form: 'protobuf' | 'json';
  /** `pages`: streamed lists are refused. */
  readonly lists: 'streams' | 'pages';
  /** Paths of PEM files; http without. */
  readonly tls?: { readonly certificate: string; readonly key: string };
}

interface Bodies {
  readonly list: Buffer;
  readonly stream: Buffer;
}

/** An API server with one cluster that changes only when told to, for measurements: lists, watches and streamed lists. */
export class FakeApi {
  readonly #options: FakeApiOptions;
  readonly #isBinary: boolean;
  readonly #watches = new Map<ServerResponse, Kind>();
  readonly #server: Server;
  #version = 2_000_000;
  /** Made before anybody asks: encoding must not be measured. */
  #bodies: Readonly<Record<Kind, Bodies>>;

  constructor(options: FakeApiOptions) {
    const { form, tls } = options;
    this.#options = options;
    this.#isBinary = form === 'protobuf';
    this.#bodies = this.#encodeAll();
    const handle = (request: IncomingMessage, response: ServerResponse): void => void this.#answer(request, response);
    this.#server =
      tls === undefined
        ? createServer(handle)
        : createTlsServer({ cert: readFileSync(tls.certificate), key: readFileSync(tls.key) }, handle);
  }

  /** Resolves with the port on 127.0.0.1. */
  async listen(): Promise<number> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** How many watches are past their list. */
  get watches(): number {
    return this.#watches.size;
  }

  /** Every watch gets 410, so that every client lists again; with `touched` every object has a new version. */
  expire(touched: boolean): void {
    this.#version++;
    if (touched) {
      for (const object of Object.values(this.#options.objects).flat()) this.#renew(object);
      this.#bodies = this.#encodeAll();
    }
    const gone = { kind: 'Status', reason: 'Expired', code: 410, message: 'too old resource version' };
    for (const [response, kind] of this.#watches) response.end(this.#encode(kind, { type: 'ERROR', object: gone }));
    this.#watches.clear();
  }

  /** Tells every watch that `object` has changed. Lists go on giving what it was. */
  modify(kind: Kind, object: object): void {
    this.#renew(object);
    const event = this.#encode(kind, { type: 'MODIFIED', object });
    for (const [response, watched] of this.#watches) {
      if (watched === kind) response.write(event);
    }
  }

  #renew(object: object): void {
    const metadata: unknown = Reflect.get(object, 'metadata');
    if (typeof metadata === 'object' && metadata !== null) {
      Reflect.set(metadata, 'resourceVersion', String(++this.#version));
    }
  }

  #encode(kind: Kind, event: object): Buffer {
    return this.#isBinary ? encodeEvent(kind, event) : Buffer.from(`${JSON.stringify(event)}\n`);
  }

  #encodeAll(): Record<Kind, Bodies> {
    return {
      Service: this.#encodeKind('Service'),
      EndpointSlice: this.#encodeKind('EndpointSlice'),
      Namespace: this.#encodeKind('Namespace'),
    };
  }

  #encodeKind(kind: Kind): Bodies {
    const items = this.#options.objects[kind];
    const metadata = { resourceVersion: String(this.#version) };
    const end = { metadata: { ...metadata, annotations: { 'k8s.io/initial-events-end': 'true' } } };
    const events = [...items.map((object) => ({ type: 'ADDED', object })), { type: 'BOOKMARK', object: end }];
    return {
      list: this.#isBinary
        ? encodeList(kind, metadata, items)
        : Buffer.from(JSON.stringify({ kind: `${kind}List`, metadata, items })),
      stream: Buffer.concat(events.map((event) => this.#encode(kind, event))),
    };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://api');
    const kind = PATHS[pathname];
    if (kind === undefined) {
      response.writeHead(404).end('404 page not found');
      return;
    }
    const isWatch = searchParams.has('watch');
    const isStream = searchParams.has('sendInitialEvents');
    if (isStream && this.#options.lists === 'pages') {
      const status = { kind: 'Status', reason: 'Invalid', code: 422, message: 'sendInitialEvents is forbidden' };
      response.writeHead(422, { 'content-type': 'application/json' }).end(JSON.stringify(status));
      return;
    }
    const type = this.#isBinary ? PROTOBUF : 'application/json';
    response.writeHead(200, { 'content-type': isWatch && this.#isBinary ? `${type};stream=watch` : type });
    response.flushHeaders();
    if (isStream) await send(response, this.#bodies[kind].stream);
    else if (!isWatch) await send(response, this.#bodies[kind].list);
    if (!isWatch) {
      response.end();
      return;
    }
    this.#watches.set(response, kind);
    response.on('close', () => this.#watches.delete(response));
  }
}

async function send(response: ServerResponse, body: Buffer): Promise<void> {
  for (let at = 0; at < body.length && !response.destroyed; at += WRITE_OCTETS) {
    if (response.write(body.subarray(at, at + WRITE_OCTETS))) continue;
    while (response.writableNeedDrain && !response.destroyed) await setImmediate();
  }
}
