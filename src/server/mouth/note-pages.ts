/** The number of a recorder, octets of the request, microseconds. */
export const WORDS_PER_NOTE = 3;
/** A message for each thousand notes or so costs next to nothing. */
export const NOTES_PER_PAGE = 3072;
/** While one is read and one is written there are others. */
export const PAGES = 4;

const FREE = 0;
const HANDED = 1;

/** Pages of notes in memory that two threads share: one writes a page and hands it over, the other reads it and gives it back. */
export class NotePages {
  /** To be given to the other thread. */
  readonly memory: SharedArrayBuffer;
  readonly #states: Int32Array<SharedArrayBuffer>;
  readonly #words: readonly Int32Array[];

  constructor(memory?: SharedArrayBuffer) {
    const length = NOTES_PER_PAGE * WORDS_PER_NOTE;
    const { BYTES_PER_ELEMENT } = Int32Array;
    this.memory = memory ?? new SharedArrayBuffer((1 + length) * PAGES * BYTES_PER_ELEMENT);
    this.#states = new Int32Array(this.memory, 0, PAGES);
    this.#words = Array.from(
      { length: PAGES },
      (_, i) => new Int32Array(this.memory, (PAGES + i * length) * BYTES_PER_ELEMENT, length),
    );
  }

  words(page: number): Int32Array {
    const words = this.#words[page];
    if (words === undefined) throw new RangeError(`there is no page ${page}`);
    return words;
  }

  /** May the writer write to it? */
  isFree(page: number): boolean {
    return Atomics.load(this.#states, page) === FREE;
  }

  hand(page: number): void {
    Atomics.store(this.#states, page, HANDED);
  }

  giveBack(page: number): void {
    Atomics.store(this.#states, page, FREE);
  }
}
