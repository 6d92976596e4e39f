import { ApiError } from './api-error.ts';
import {
  ANY_VERSION,
  firstPage,
  LATEST_IN_ONE_PAGE,
  LATEST_VERSION,
  nextPage,
  type Query,
  streamedList,
} from './api-queries.ts';
import type { DecodedObject } from './decoded-object.ts';
import type { ReflectorLog } from './reflector-log.ts';
import type { ReflectorTiming } from './reflector-timing.ts';
import type { Relist } from './relist.ts';
import type { EventStream, ResourceRequests, WatchEvents } from './resource-requests.ts';
import type { ResourceKind } from './resources.ts';
import type { ClusterStore } from './store.ts';
import type { WatchEvent } from './wire-format.ts';

export interface ListerOptions {
  readonly kind: ResourceKind;
  readonly store: ClusterStore;
  readonly requests: ResourceRequests;
  readonly timing: ReflectorTiming;
  /** 0 ≤ x < 1 */
  readonly random: () => number;
  readonly log: ReflectorLog;
  /** Called with every piece of an answer. */
  readonly heard: () => void;
}

/** A list that is in the store now. */
export interface Listed {
  readonly version: string;
  /** The watch that goes on behind a streamed list, and the rest of the events that came together with its end. */
  readonly watch: { readonly stream: EventStream; readonly rest: WatchEvents } | undefined;
}

// What servers say that do not know streamed lists, or have them switched off: Bad Request, Invalid.
const REFUSALS: ReadonlySet<number> = new Set([400, 422]);
const INTERNAL_ERROR = 500;

/**
 * Brings one resource of the store to the state that the API has, as a difference to what is there: by a streamed
 * list, which costs the server least, or in pages where that is refused or breaks off.
 */
export class Lister {
  readonly #options: ListerOptions;
  /** `pages` for ever where streamed lists are refused, `pages once` after one that broke off. */
  #way: 'stream' | 'pages' | 'pages once' = 'stream';

  constructor(options: ListerOptions) {
    this.#options = options;
  }

  /** Lists a state at least as new as `version`. Throws what ResourceRequests throws. */
  async list(version: string): Promise<Listed> {
    try {
      if (this.#way === 'stream') return await this.#byStream(version === ANY_VERSION ? LATEST_VERSION : version);
    } catch (error) {
      if (!(error instanceof ApiError) || !this.#isRefusal(error)) throw error;
      this.#way = 'pages';
    }
    const listed = await this.#byPages(version);
    if (this.#way === 'pages once') this.#way = 'stream';
    return listed;
  }

  /** Refused at once, or, before an etcd that cannot tell its progress (older than 3.4.25), by an event in the accepted stream. */
  #isRefusal(error: ApiError): boolean {
    return this.#way === 'stream' ? REFUSALS.has(error.status) : error.status === INTERNAL_ERROR;
  }

  async #byStream(version: string): Promise<Listed> {
    const { kind, store, requests, timing, random, heard } = this.#options;
    const stream = await requests.streamList(streamedList(version, random()), timing.streamSilence);
    this.#way = 'pages once';
    const relist = store.beginRelist(kind);
    try {
      for (let next = await stream.events.next(); next.done !== true; next = await stream.events.next()) {
        heard();
        const events = next.value;
        // Not for…of, which would end the generator: what is behind the list's end is for whoever follows the watch.
        for (let event = events.next(); event.done !== true; event = events.next()) {
          const end = this.#takeInitial(relist, event.value);
          if (end === undefined) continue;
          relist.finish();
          this.#way = 'stream';
          stream.becomeWatch(timing.watchSilence);
          return { version: end, watch: { stream, rest: events } };
        }
      }
    } catch (error) {
      await stream.events.return();
      throw error;
    }
    throw new Error('the streamed list ended before it was complete');
  }

  /**
   * The version of the bookmark after the last initial event; undefined for what is before it. Changes may be among
   * that, when the server had to catch up.
   */
  #takeInitial(relist: Relist, event: WatchEvent): string | undefined {
    const { kind, store, log } = this.#options;
    switch (event.type) {
      case 'ADDED':
      case 'MODIFIED':
        this.#take(relist, event.item);
        return undefined;
      case 'DELETED':
        store.remove(kind, event.item.namespace, event.item.name);
        return undefined;
      case 'ERROR':
        throw event.error;
      case 'UNKNOWN':
        log.skippedEvent(event.name);
        return undefined;
      default:
        return event.endsInitialEvents ? event.resourceVersion : undefined;
    }
  }

  async #byPages(version: string): Promise<Listed> {
    try {
      return await this.#pagesFrom(firstPage(version));
    } catch (error) {
      // The token for the next page, or the version, is too old or too new.
      if (!(error instanceof ApiError) || !error.isOutOfReach) throw error;
      return this.#pagesFrom(LATEST_IN_ONE_PAGE);
    }
  }

  async #pagesFrom(first: Query): Promise<Listed> {
    const { kind, store, requests, timing, heard } = this.#options;
    const relist = store.beginRelist(kind);
    let page = first;
    for (;;) {
      const meta = await requests.list(page, timing.listSilence, (item) => this.#take(relist, item));
      heard();
      if (meta.continueToken === '') {
        relist.finish();
        return { version: meta.resourceVersion, watch: undefined };
      }
      page = nextPage(meta.continueToken);
    }
  }

  #take(relist: Relist, item: DecodedObject): void {
    if (item.object !== undefined) return relist.add(item.object);
    if (!item.isStored) this.#options.log.skipped(item);
    relist.keep(item.namespace, item.name);
  }
}
