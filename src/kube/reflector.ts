import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '../log/logger.ts';
import { ApiError } from './api-error.ts';
import { ANY_VERSION, LATEST_VERSION, watchFrom } from './api-queries.ts';
import { BackOff } from './back-off.ts';
import type { ApiClient } from './client.ts';
import type { IsStored, SharedValues } from './decoded-object.ts';
import { type Listed, Lister } from './lister.ts';
import { ReflectorLog } from './reflector-log.ts';
import type { ReflectorMetrics, RelistReason } from './reflector-metrics.ts';
import { DEFAULT_TIMING, type ReflectorTiming } from './reflector-timing.ts';
import { ResourceRequests } from './resource-requests.ts';
import type { ClusterStore } from './store.ts';
import { Verifier } from './verifier.ts';
import { judgeWatchFailure, ShortWatchError } from './watch-failure.ts';
import type { WatchedResource } from './watched-resource.ts';
import type { WatchEvent } from './wire-format.ts';

export interface ReflectorOptions {
  readonly resource: WatchedResource;
  readonly client: ApiClient;
  readonly store: ClusterStore;
  readonly shared: SharedValues;
  readonly logger: Logger;
  readonly metrics: ReflectorMetrics;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly timing?: Partial<ReflectorTiming>;
}

// A server that is overloaded may ask for minutes; one that asks for a day is wrong.
const MAXIMUM_RETRY_AFTER_SECONDS = 600;

/**
 * Keeps one resource in the store as the API server has it: a list, then a watch from its version, again and again.
 * Whatever goes wrong, what the store has stays until a list says otherwise.
 */
export class Reflector {
  readonly #options: ReflectorOptions;
  readonly #timing: ReflectorTiming;
  readonly #requests: ResourceRequests;
  readonly #lister: Lister;
  readonly #verifier: Verifier;
  readonly #backOff: BackOff;
  readonly #log: ReflectorLog;
  readonly #stop = new AbortController();
  #running: Promise<void> | undefined;
  /** Where the next watch starts; undefined: a list comes first. */
  #version: string | undefined;
  /** A streamed list's watch that has not been followed yet. */
  #openWatch: Listed['watch'];
  /** The next list has to be at least as new. */
  #listVersion = ANY_VERSION;
  #relistReason: RelistReason | undefined;
  #lastProof: number | undefined;
  #lastTryWithoutWait = -Infinity;

  constructor(options: ReflectorOptions) {
    const { resource, client, shared, store, logger, metrics, now, random } = options;
    const { kind } = resource;
    const { signal } = this.#stop;
    const timing = { ...DEFAULT_TIMING, ...options.timing };
    const log = new ReflectorLog(resource, logger);
    const isStored: IsStored = (namespace, name, resourceVersion) =>
      resourceVersion !== '' && store.holds(kind, namespace, name, resourceVersion);
    const requests = new ResourceRequests({ resource, client, shared, isStored, signal });
    const common = { kind, store, requests, timing, random, log };
    const { initialWait: initial, maximumWait: maximum, resetAfter } = timing;
    this.#options = options;
    this.#timing = timing;
    this.#log = log;
    this.#requests = requests;
    this.#lister = new Lister({ ...common, heard: () => this.#hear() });
    this.#verifier = new Verifier({ ...common, metrics, signal });
    this.#backOff = new BackOff({ initial, maximum, resetAfter, now, random });
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
    await Promise.all([this.#running, this.#verifier.finished()]);
  }

  async #run(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      const wait = this.#version === undefined ? await this.#list() : await this.#watch(this.#version);
      if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => {});
    }
    await this.#openWatch?.stream.events.return();
  }

  /** Returns the milliseconds to wait before what comes next. */
  async #list(): Promise<number> {
    try {
      const { version, watch } = await this.#lister.list(this.#listVersion);
      if (this.#relistReason !== undefined) this.#options.metrics.countRelist(this.#relistReason);
      this.#relistReason = undefined;
      this.#version = version;
      this.#listVersion = version;
      this.#openWatch = watch;
      this.#verifier.listed(version);
      this.#log.succeeded();
      return 0;
    } catch (error) {
      if (this.#stop.signal.aborted) return 0;
      if (error instanceof ApiError && error.isOutOfReach) this.#listVersion = LATEST_VERSION;
      this.#log.failed('list', error);
      return this.#waitAfter(error);
    }
  }

  /** Returns the milliseconds to wait before what comes next. */
  async #watch(version: string): Promise<number> {
    const { now, random, metrics } = this.#options;
    const open = this.#openWatch;
    this.#openWatch = undefined;
    let hasWorked = false;
    // Until the server has answered there is nothing that could have worked.
    let soundFrom = Infinity;
    try {
      const query = watchFrom(version, random());
      const stream = open?.stream ?? (await this.#requests.watch(query, this.#timing.watchSilence));
      soundFrom = now() + this.#timing.shortWatch;
      this.#hear();
      this.#log.succeeded();
      hasWorked = open !== undefined;
      for (const event of open?.rest ?? []) this.#take(event);
      for await (const events of stream.events) {
        this.#hear();
        hasWorked = true;
        for (const event of events) this.#take(event);
      }
      if (!hasWorked && now() < soundFrom) throw new ShortWatchError();
      metrics.countRestart('ended');
      return 0;
    } catch (error) {
      await open?.stream.events.return();
      if (this.#stop.signal.aborted) return 0;
      return this.#afterWatchFailure(error, hasWorked || now() >= soundFrom);
    }
  }

  /** Decides where to go on, tells the log, and returns the milliseconds to wait. */
  #afterWatchFailure(error: unknown, hasWorked: boolean): number {
    const { reason, relist, isHarmless } = judgeWatchFailure(error, hasWorked, this.#version);
    this.#options.metrics.countRestart(reason);
    if (relist !== undefined) {
      this.#relistReason = relist.reason;
      this.#listVersion = relist.version;
      this.#version = undefined;
      this.#verifier.drop();
    }
    if (isHarmless && this.#canTryWithoutWait()) {
      this.#log.brokeOff(error);
      return 0;
    }
    this.#log.failed('watch', error);
    return this.#waitAfter(error);
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
      default: {
        const { item } = event;
        this.#verifier.touch(item.namespace, item.name);
        if (event.type === 'DELETED') store.remove(resource.kind, item.namespace, item.name);
        else if (item.object !== undefined) store.upsert(item.object);
        else if (!item.isStored) this.#log.skipped(item);
        this.#advance(item.resourceVersion);
      }
    }
  }

  #advance(resourceVersion: string): void {
    if (resourceVersion === '') return;
    this.#version = resourceVersion;
    this.#listVersion = resourceVersion;
    this.#verifier.advance(resourceVersion);
  }

  /** The server has said something: what it said before still holds. */
  #hear(): void {
    this.#lastProof = this.#options.now();
  }

  /** A server that accepts and breaks off again and again must not be tried in a tight loop. */
  #canTryWithoutWait(): boolean {
    const now = this.#options.now();
    if (now - this.#lastTryWithoutWait < this.#timing.shortWatch) return false;
    this.#lastTryWithoutWait = now;
    return true;
  }

  #waitAfter(error: unknown): number {
    const asked = error instanceof ApiError ? (error.retryAfterSeconds ?? 0) : 0;
    return Math.max(this.#backOff.next(), Math.min(asked, MAXIMUM_RETRY_AFTER_SECONDS) * 1000);
  }
}
