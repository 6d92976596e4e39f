import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log/logger.ts';
import { ApiError } from './api-error.ts';
import { BackOff } from './back-off.ts';
import type { ApiClient } from './client.ts';
import type { DecodedObject, SharedValues } from './decode.ts';
import { type Attempt, ReflectorLog } from './reflector-log.ts';
import { DEFAULT_TIMING, type ReflectorTiming } from './reflector-timing.ts';
import type { ClusterStore } from './store.ts';
import { TransportError } from './transport-error.ts';
import { resourcePath, type WatchedResource } from './watched-resource.ts';
import type { ListMeta, WatchEvent, WireFormat } from './wire-format.ts';

export interface ReflectorOptions {
  readonly resource: WatchedResource;
  readonly client: ApiClient;
  readonly store: ClusterStore;
  readonly wire: WireFormat;
  readonly shared: SharedValues;
  readonly logger: Logger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly timing?: Partial<ReflectorTiming>;
}

// Page size of CoreDNS's client library. A server that answers from its cache sends everything in one page.
const PAGE_LIMIT = '500';
// The server ends a watch after 5 to 10 minutes, so that watches spread over all API servers again.
const MINIMUM_WATCH_SECONDS = 300;
const MAXIMUM_WATCH_SECONDS = 600;
// A server that is overloaded may ask for minutes; one that asks for a day is wrong.
const MAXIMUM_RETRY_AFTER_SECONDS = 600;
// From the server's cache: any version will do, because the watch then brings what is missing.
const ANY_VERSION = '0';
// Straight from etcd: the only version that is never too old and never too new.
const LATEST_VERSION = '';

/**
 * Keeps one resource in the store as the API server has it: a list in pages, then a watch from its version, again and
 * again. Whatever goes wrong, what the store has stays until a list says otherwise.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #timing: ReflectorTiming;
  readonly #path: string;
  readonly #backOff: BackOff;
  readonly #log: ReflectorLog;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  /** Where the next watch starts; undefined: a list comes first. */
  #version: string | undefined;
  #listVersion = ANY_VERSION;
  #lastProof: number | undefined;
  #lastTryWithoutWait = -Infinity;

  constructor(options: ReflectorOptions) {
    const { resource, logger, now, random } = options;
    this.#options = options;
    this.#timing = { ...DEFAULT_TIMING, ...options.timing };
    this.#path = resourcePath(resource);
    const { initialWait: initial, maximumWait: maximum, resetAfter } = this.#timing;
    this.#backOff = new BackOff({ initial, maximum, resetAfter, now, random });
    this.#log = new ReflectorLog(resource, logger);
  }

  get resource(): WatchedResource {
    return this.#options.resource;
  }

  /** Seconds since the server last said something about this resource; undefined before it did. */
  get age(): number | undefined {
    return this.#lastProof === undefined ? undefined : (this.#options.now() - this.#lastProof) / 1000;
  }

  /** Begins to list and watch; a second call does nothing. */
  start(): void {
    this.#running ??= this.#run();
  }

  /** Ends requests under way; resolves when nothing more will change in the store. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const attempt: Attempt = this.#version === undefined ? 'list' : 'watch';
      try {
        if (this.#version === undefined) await this.#list();
        else await this.#watch(this.#version);
      } catch (error) {
        if (signal.aborted) return;
        const wait = this.#afterFailure(attempt, error);
        if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Decides where to go on, tells the log, and returns the milliseconds to wait. */
  #afterFailure(attempt: Attempt, error: unknown): number {
    const isApiError = error instanceof ApiError;
    if (isApiError && attempt === 'watch' && (error.isExpired || error.isTooLargeVersion)) {
      // What came after the version is forgotten: only a list, at least as new as what is stored, closes the gap. A
      // version that the server has not reached yet may never come: its data may be restored from a backup.
      this.#listVersion = error.isExpired ? (this.#version ?? ANY_VERSION) : LATEST_VERSION;
      this.#version = undefined;
      this.#log.brokeOff(error);
      return this.#canTryWithoutWait() ? 0 : this.#backOff.next();
    }
    if (error instanceof BrokenWatchError && this.#canTryWithoutWait()) {
      this.#log.brokeOff(error.cause);
      return 0;
    }
    this.#log.failed(attempt, error instanceof BrokenWatchError ? error.cause : error);
    const retryAfter = isApiError ? Math.min(error.retryAfterSeconds ?? 0, MAXIMUM_RETRY_AFTER_SECONDS) : 0;
    return Math.max(this.#backOff.next(), retryAfter * 1000);
  }

  /** A server that accepts and breaks off again and again must not be tried in a tight loop. */
  #canTryWithoutWait(): boolean {
    const now = this.#options.now();
    if (now - this.#lastTryWithoutWait < this.#timing.shortWatch) return false;
    this.#lastTryWithoutWait = now;
    return true;
  }

  async #list(): Promise<void> {
    try {
      await this.#listFrom(this.#listVersion, PAGE_LIMIT);
    } catch (error) {
      // The token for the next page, or the version, is too old or too new. Without a limit there is no token.
      if (!(error instanceof ApiError) || !(error.isExpired || error.isTooLargeVersion)) throw error;
      await this.#listFrom(LATEST_VERSION, '');
    }
  }

  async #listFrom(resourceVersion: string, limit: string): Promise<void> {
    const { resource, store } = this.#options;
    const relist = store.beginRelist(resource.kind);
    let page: Readonly<Record<string, string>> = versionQuery(resourceVersion);
    let meta: ListMeta;
    do {
      meta = await this.#listPage({ ...(limit === '' ? {} : { limit }), ...page }, (item) => {
        if (item.object !== undefined) return relist.add(item.object);
        this.#log.skipped(item);
        relist.keep(item.namespace, item.name);
      });
      page = { continue: meta.continueToken };
    } while (meta.continueToken !== '');
    relist.finish();
    this.#version = meta.resourceVersion;
    this.#listVersion = meta.resourceVersion;
    this.#log.succeeded();
  }

  async #listPage(query: Readonly<Record<string, string>>, take: (item: DecodedObject) => void): Promise<ListMeta> {
    const { resource, client, wire, shared } = this.#options;
    const reader = wire.listReader(resource.kind, shared);
    const chunks = await client.open({
      path: this.#path,
      query: { ...this.#selectors(), ...query },
      accept: wire.accept,
      gzip: true,
      signal: this.#stop.signal,
      silence: this.#timing.listSilence,
    });
    for await (const chunk of chunks) {
      for (const item of reader.push(chunk)) take(item);
    }
    this.#lastProof = this.#options.now();
    return reader.end();
  }

  async #watch(resourceVersion: string): Promise<void> {
    const { resource, client, wire, shared, now, random } = this.#options;
    const seconds = MINIMUM_WATCH_SECONDS + random() * (MAXIMUM_WATCH_SECONDS - MINIMUM_WATCH_SECONDS);
    const chunks = await client.open({
      path: this.#path,
      query: {
        ...this.#selectors(),
        watch: 'true',
        allowWatchBookmarks: 'true',
        timeoutSeconds: String(Math.floor(seconds)),
        resourceVersion,
      },
      accept: wire.accept,
      gzip: false,
      signal: this.#stop.signal,
      silence: this.#timing.watchSilence,
    });
    const started = now();
    this.#lastProof = started;
    this.#log.succeeded();
    const reader = wire.watchReader(resource.kind, shared);
    let events = 0;
    const isShort = (): boolean => events === 0 && now() - started < this.#timing.shortWatch;
    try {
      for await (const chunk of chunks) {
        this.#lastProof = now();
        for (const event of reader.push(chunk)) {
          this.#take(event);
          events++;
        }
      }
    } catch (error) {
      throw error instanceof TransportError && !isShort() ? new BrokenWatchError(error) : error;
    }
    if (isShort()) throw new Error('very short watch: the server ended it at once without an event');
  }

  #take(event: WatchEvent): void {
    const { resource, store } = this.#options;
    switch (event.type) {
      case 'ERROR':
        throw event.error;
      case 'BOOKMARK':
        return this.#advance(event.resourceVersion);
      case 'UNKNOWN':
        return this.#log.skippedEvent(event.name);
      case 'DELETED':
        store.remove(resource.kind, event.item.namespace, event.item.name);
        return this.#advance(event.item.resourceVersion);
      default:
        if (event.item.object === undefined) this.#log.skipped(event.item);
        else store.upsert(event.item.object);
        this.#advance(event.item.resourceVersion);
    }
  }

  #advance(resourceVersion: string): void {
    if (resourceVersion === '') return;
    this.#version = resourceVersion;
    this.#listVersion = resourceVersion;
  }

  #selectors(): Record<string, string> {
    const { labelSelector, fieldSelector } = this.#options.resource;
    return {
      ...(labelSelector === '' ? {} : { labelSelector }),
      ...(fieldSelector === '' ? {} : { fieldSelector }),
    };
  }
}

/**
 * With a limit and a version, but without a word on how they match, the server would give exactly that version, or
 * 410 when it is forgotten. What is wanted is that version or any later one.
 */
function versionQuery(resourceVersion: string): Record<string, string> {
  if (resourceVersion === ANY_VERSION || resourceVersion === LATEST_VERSION) return { resourceVersion };
  return { resourceVersion, resourceVersionMatch: 'NotOlderThan' };
}

/** A watch that had worked was cut, or fell silent: it can be taken up at once from the last version. */
class BrokenWatchError extends Error {
  override readonly name = 'BrokenWatchError';
  override readonly cause: TransportError;

  constructor(cause: TransportError) {
    super(cause.message);
    this.cause = cause;
  }
}
