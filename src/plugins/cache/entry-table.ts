import { AgeList } from '../../transport/age-list.ts';
import type { Entry } from './entry.ts';
import type { ReplyKey } from './reply-key.ts';

/** At first; there are more with the number of entries. A power of two, as it stays. */
const INITIAL_PLACES = 64;
/** Of the places, how many are taken before there are more: beyond, one looks long for a free one. */
const FULL = 3 / 4;
/** In place of a hash. */
const NOBODY = 0;
/** Entries that are ready to be used again; one goes in where another comes out, unless many make room for a large one. */
const MAXIMUM_SPARE = 64;

/**
 * Entries by key, with room for so many, and for so many octets of them: when it is full, those that were put in first make room. Entries are the links of its
 * list themselves, and one that nobody has asked for is used again for the next reply: a cache that is full of names that are asked once makes no garbage.
 */
export class EntryTable {
  readonly #capacity: number;
  readonly #maximumOctets: number;
  /**
   * Each entry is at the place of its hash, or at the first free one behind. The hashes stand apart from the entries: to find out that a name is not in takes no
   * look at the entries, which are all over the memory.
   */
  #hashes = new Int32Array(INITIAL_PLACES);
  /** Of a hash, the bits that say its place. */
  #mask = INITIAL_PLACES - 1;
  #entries: (Entry | undefined)[] = Array.from({ length: INITIAL_PLACES }, () => undefined);
  #size = 0;
  #octets = 0;
  readonly #byAge = new AgeList<Entry>();
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
    const { hash } = key;
    for (let place = hash & this.#mask; ; place = (place + 1) & this.#mask) {
      const found = this.#hashes[place];
      if (found === NOBODY) return undefined;
      if (found !== hash) continue;
      const entry = this.#entries[place];
      if (entry?.isFor(key) === true) return entry;
    }
  }

  /** Takes out the oldest entries until there is room for one of so many octets; returns how many had to go. Undefined: there will never be. */
  makeRoom(octets: number): number | undefined {
    if (octets > this.#maximumOctets) return undefined;
    let gone = 0;
    while (this.#size >= this.#capacity || this.#octets + octets > this.#maximumOctets) {
      const { oldest } = this.#byAge;
      if (oldest === undefined) break;
      this.delete(oldest);
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
    if (this.#size >= FULL * this.#hashes.length) this.#grow();
    this.#occupy(entry);
    this.#byAge.add(entry);
    this.#size++;
    this.#octets += entry.size;
  }

  /** Takes out an entry that is in. */
  delete(entry: Entry): void {
    this.#free(this.#placeOf(entry));
    this.#byAge.delete(entry);
    this.#size--;
    this.#octets -= entry.size;
    if (!entry.wasAskedFor && this.#spare.length < MAXIMUM_SPARE) this.#spare.push(entry);
  }

  #placeOf(entry: Entry): number {
    let place = entry.hash & this.#mask;
    while (this.#entries[place] !== entry) place = (place + 1) & this.#mask;
    return place;
  }

  #occupy(entry: Entry): void {
    let place = entry.hash & this.#mask;
    while (this.#hashes[place] !== NOBODY) place = (place + 1) & this.#mask;
    this.#hashes[place] = entry.hash;
    this.#entries[place] = entry;
  }

  /** Those behind move up as far as they may, so that there is no gap between a place and the one where its entry would rather be. */
  #free(place: number): void {
    const mask = this.#mask;
    let gap = place;
    for (let next = (gap + 1) & mask; ; next = (next + 1) & mask) {
      const hash = this.#hashes[next] ?? NOBODY;
      if (hash === NOBODY) break;
      if (((next - hash) & mask) < ((next - gap) & mask)) continue;
      this.#hashes[gap] = hash;
      this.#entries[gap] = this.#entries[next];
      gap = next;
    }
    this.#hashes[gap] = NOBODY;
    this.#entries[gap] = undefined;
  }

  #grow(): void {
    const length = 2 * this.#hashes.length;
    this.#hashes = new Int32Array(length);
    this.#mask = length - 1;
    this.#entries = Array.from({ length }, () => undefined);
    for (let entry = this.#byAge.oldest; entry !== undefined; entry = entry.newer) this.#occupy(entry);
  }
}
