import type { Entry } from './entry.ts';
import type { ReplyKey } from './reply-key.ts';

/** At first; it grows with the number of entries. A power of two, as it stays. */
const INITIAL_BUCKETS = 64;
/** Entries that are ready to be used again; one goes in where another comes out, unless many make room for a large one. */
const MAXIMUM_SPARE = 64;

/**
 * Entries by key, with room for so many, and for so many octets of them: when it is full, those that were put in first make room. Entries are the links of its
 * lists themselves, and one that nobody has asked for is used again for the next reply: a cache that is full of names that are asked once makes no garbage.
 */
export class EntryTable {
  readonly #capacity: number;
  readonly #maximumOctets: number;
  /** The first entry of each chain. */
  #buckets: (Entry | undefined)[] = Array.from({ length: INITIAL_BUCKETS }, () => undefined);
  #size = 0;
  #octets = 0;
  #oldest: Entry | undefined;
  #newest: Entry | undefined;
  readonly #spare: Entry[] = [];

  constructor(capacity: number, maximumOctets: number) {
    this.#capacity = capacity;
    this.#maximumOctets = maximumOctets;
  }

  get size(): number {
    return this.#size;
  }

  /** Octets of all entries. */
  get octets(): number {
    return this.#octets;
  }

  find(key: ReplyKey): Entry | undefined {
    let entry = this.#buckets[key.hash & (this.#buckets.length - 1)];
    while (entry !== undefined && !entry.isFor(key)) entry = entry.chained;
    return entry;
  }

  /** Takes out the oldest entries until there is room for one of so many octets; returns how many had to go. Undefined: there will never be. */
  makeRoom(octets: number): number | undefined {
    if (octets > this.#maximumOctets) return undefined;
    let gone = 0;
    while (this.#size >= this.#capacity || this.#octets + octets > this.#maximumOctets) {
      if (this.#oldest === undefined) break;
      this.delete(this.#oldest);
      gone++;
    }
    return gone;
  }

  /** An entry to be used again, if there is one. */
  takeSpare(): Entry | undefined {
    return this.#spare.pop();
  }

  /** Puts in an entry for which there is room, and whose key has no other one. */
  add(entry: Entry): void {
    if (this.#size >= this.#buckets.length) this.#grow();
    this.#chain(entry);
    entry.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = entry;
    else this.#newest.newer = entry;
    this.#newest = entry;
    this.#size++;
    this.#octets += entry.size;
  }

  /** Takes out an entry that is in. */
  delete(entry: Entry): void {
    this.#unchain(entry);
    const { older, newer } = entry;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    entry.older = undefined;
    entry.newer = undefined;
    this.#size--;
    this.#octets -= entry.size;
    if (!entry.wasAskedFor && this.#spare.length < MAXIMUM_SPARE) this.#spare.push(entry);
  }

  #chain(entry: Entry): void {
    const bucket = entry.hash & (this.#buckets.length - 1);
    entry.chained = this.#buckets[bucket];
    this.#buckets[bucket] = entry;
  }

  #unchain(entry: Entry): void {
    const bucket = entry.hash & (this.#buckets.length - 1);
    const first = this.#buckets[bucket];
    if (first === entry) {
      this.#buckets[bucket] = entry.chained;
    } else {
      let before = first;
      while (before !== undefined && before.chained !== entry) before = before.chained;
      if (before !== undefined) before.chained = entry.chained;
    }
    entry.chained = undefined;
  }

  #grow(): void {
    this.#buckets = Array.from({ length: 2 * this.#buckets.length }, () => undefined);
    for (let entry = this.#oldest; entry !== undefined; entry = entry.newer) this.#chain(entry);
  }
}
