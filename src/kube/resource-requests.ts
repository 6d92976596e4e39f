import { setImmediate } from 'node:timers/promises';
import { ApiError } from './api-error.ts';
import type { ApiClient, ApiRequest } from './client.ts';
import type { DecodedObject, IsStored, SharedValues } from './decoded-object.ts';
import { jsonWire } from './json-wire.ts';
import { JSON_TYPE, PROTOBUF } from './media-types.ts';
import { protobufWire } from './protobuf-wire.ts';
import type { ResponseBody } from './response-body.ts';
import { resourcePath, type WatchedResource } from './watched-resource.ts';
import type { ListMeta, WatchEvent, WatchReader, WireFormat } from './wire-format.ts';

export interface ResourceRequestsOptions {
  readonly resource: WatchedResource;
  readonly client: ApiClient;
  readonly shared: SharedValues;
  /** Objects for which it is true are not decoded. */
  readonly isStored: IsStored;
  readonly signal: AbortSignal;
}

/** Events that came together. */
export type WatchEvents = Generator<WatchEvent, void>;

/** An open watch. */
export interface EventStream {
  /** What came with each piece of the answer, see WatchReader.push. Ending the iteration early frees the connection. */
  readonly events: AsyncGenerator<WatchEvents, void>;
  /** See ResponseBody.becomeWatch. */
  becomeWatch(silence: number): void;
}

/**
 * Lists and watches one resource: as protobuf, which takes a fraction of JSON's time and garbage, or as JSON where the
 * server has nothing else. Queries are the caller's business, selectors aside. Errors are those of ApiClient.open and
 * of the readers in wire-format.ts.
 */
export class ResourceRequests {
  readonly #options: ResourceRequestsOptions;
  readonly #path: string;
  readonly #selectors: Readonly<Record<string, string>>;
  #asksForProtobuf: boolean;

  constructor(options: ResourceRequestsOptions) {
    const { labelSelector, fieldSelector, kind } = options.resource;
    this.#options = options;
    this.#path = resourcePath(options.resource);
    this.#selectors = {
      ...(labelSelector === '' ? {} : { labelSelector }),
      ...(fieldSelector === '' ? {} : { fieldSelector }),
    };
    // Custom resources have no binary form.
    this.#asksForProtobuf = kind !== 'ServiceImport';
  }

  /** Hands each object to `take` as soon as it is there, and lets other work go on between pieces of the answer. */
  async list(
    query: Readonly<Record<string, string>>,
    silence: number,
    take: (item: DecodedObject) => void,
  ): Promise<ListMeta> {
    const { resource, shared, isStored } = this.#options;
    const body = await this.#open({ query, silence, gzip: true });
    const reader = wireOf(body).listReader(resource.kind, shared, isStored);
    for await (const chunk of body) {
      for (const item of reader.push(chunk)) take(item);
      await setImmediate();
    }
    return reader.end();
  }

  async watch(query: Readonly<Record<string, string>>, silence: number): Promise<EventStream> {
    const stream = await this.streamList(query, silence);
    stream.becomeWatch(silence);
    return stream;
  }

  /** A watch that begins with a list; `becomeWatch` is to be called at the end of that. */
  async streamList(query: Readonly<Record<string, string>>, silence: number): Promise<EventStream> {
    const { resource, shared, isStored } = this.#options;
    const body = await this.#open({ query: { watch: 'true', ...query }, silence, gzip: false });
    const reader = wireOf(body).watchReader(resource.kind, shared, isStored);
    return { events: readEvents(body, reader), becomeWatch: (milliseconds) => body.becomeWatch(milliseconds) };
  }

  async #open(request: Pick<ApiRequest, 'query' | 'silence' | 'gzip'>): Promise<ResponseBody> {
    const { client, signal } = this.#options;
    const { silence, gzip } = request;
    const query = { ...this.#selectors, ...request.query };
    const asked = this.#asksForProtobuf;
    try {
      const accept = asked ? `${PROTOBUF}, ${JSON_TYPE}` : JSON_TYPE;
      return await client.open({ path: this.#path, query, accept, gzip, signal, silence });
    } catch (error) {
      // 406 Not Acceptable, 415 Unsupported Media Type.
      if (!asked || !(error instanceof ApiError) || (error.status !== 406 && error.status !== 415)) throw error;
      this.#asksForProtobuf = false;
      return this.#open(request);
    }
  }
}

/** What the server answered with; proxies and test servers that name no type mean JSON. */
function wireOf(body: ResponseBody): WireFormat {
  return body.mediaType === PROTOBUF ? protobufWire : jsonWire;
}

async function* readEvents(body: ResponseBody, reader: WatchReader): AsyncGenerator<WatchEvents, void> {
  for await (const chunk of body) {
    yield reader.push(chunk);
    await setImmediate();
  }
}
