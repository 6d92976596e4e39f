import type { Query } from '../../plugin-api/query.ts';
import type { CacheMetrics } from './cache-metrics.ts';
import { Entry, isFailure, type Kept } from './entry.ts';
import { EntryTable } from './entry-table.ts';
import type { Part } from './lifetime.ts';
import type { ReplyKey } from './reply-key.ts';

export interface EntriesOptions {
  /** How many entries each part has room for. */
  readonly capacity: Readonly<Record<Part, number>>;
  readonly preferPositive: boolean;
  /** Milliseconds after its end that an entry may still be used. */
  readonly staleLimit: number;
  readonly metrics: CacheMetrics;
}

/** The answers and the denials of a cache, and which of them counts. */
export class Entries {
  readonly #options: EntriesOptions;
  readonly #parts: Readonly<Record<Part, EntryTable>>;

  constructor(options: EntriesOptions) {
    this.#options = options;
    this.#parts = {
      success: roomFor(options.capacity.success),
      denial: roomFor(options.capacity.denial),
    };
  }

  /** The entry to answer with: a denial before an answer, but for failures and for `serve_stale_policy`. */
  find(key: ReplyKey, now: number): Entry | undefined {
    const denial = this.#usable('denial', key, now);
    if (denial !== undefined && !this.#options.preferPositive && !denial.isFailure) return denial;
    const success = this.#usable('success', key, now);
    if (denial === undefined || success === undefined) return denial ?? success;
    return denial.isFailure || success.isAnswer ? success : denial;
  }

  #usable(part: Part, key: ReplyKey, now: number): Entry | undefined {
    const entry = this.#parts[part].find(key);
    return entry === undefined || now >= entry.end + this.#options.staleLimit ? undefined : entry;
  }

  /** Undefined if it finds no room, or what is there is better. */
  put(kept: Kept): void {
    const { key, query } = kept;
    const { preferPositive, metrics } = this.#options;
    if (kept.part === 'success') {
      // An empty reply is no reason to forget the last answer that has records.
      if (preferPositive && !kept.isAnswer && this.#usable('success', key, kept.now)?.isAnswer === true)
        return undefined;
      if (!preferPositive || kept.isAnswer) this.#forget('denial', key, query);
    } else if (!preferPositive && !isFailure(kept.reply)) {
      this.#forget('success', key, query);
    }
    const part = this.#parts[kept.part];
    const before = part.find(key);
    // Put in anew, so that what is refreshed stays longer than what nobody asks for.
    if (before !== undefined) part.delete(before);
    const gone = part.makeRoom(kept.size);
    if (gone !== undefined) {
      const entry = part.takeSpare() ?? new Entry();
      entry.keep(kept);
      part.add(entry);
    }
    metrics.evictions(query, kept.part, gone ?? 0);
    metrics.size(query, kept.part, part.size);
  }

  #forget(part: Part, key: ReplyKey, query: Query): void {
    const table = this.#parts[part];
    const entry = table.find(key);
    if (entry === undefined) return;
    table.delete(entry);
    this.#options.metrics.size(query, part, table.size);
  }
}

/** The octets of a message for which each entry of a capacity stands: what every client takes (RFC 1035 §4.2.1), several times that of most replies. */
const OCTETS_PER_ENTRY = 512;

function roomFor(capacity: number): EntryTable {
  return new EntryTable(capacity, capacity * OCTETS_PER_ENTRY);
}
