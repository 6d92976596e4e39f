import type { Notes } from '../memo/notes.ts';

/** A recorder's number, octets, microseconds. */
const WORDS_PER_NOTE = 3;
/** Notes until they are posted before their time: a message for each thousand costs next to nothing. */
const ROOM = 4096;
/** Notes between two settlements, if 64 datagrams have 16 recorders each. */
const MOST_OF_A_BATCH = 1024;
/** Milliseconds until notes are posted: who reads the metrics does not see that they come from elsewhere. */
const LONGEST_DELAY = 100;

/** The notes of a thread that has no recorders itself: posted by the batch to the one that has. */
export class NoteBook implements Notes {
  readonly #words = new Int32Array(ROOM * WORDS_PER_NOTE);
  readonly #post: (notes: Int32Array<ArrayBuffer>) => void;
  #noted = 0;
  #settled = 0;
  #oldest = 0;

  constructor(post: (notes: Int32Array<ArrayBuffer>) => void) {
    this.#post = post;
  }

  note(words: Int32Array, at: number, count: number, size: number): void {
    for (let i = 0; i < count; i++) {
      if (this.#noted === this.#words.length) this.post();
      this.#words[this.#noted] = words[at + i] ?? 0;
      this.#words[this.#noted + 1] = size;
      this.#noted += WORDS_PER_NOTE;
    }
  }

  settle(milliseconds: number): void {
    const microseconds = Math.round(milliseconds * 1000);
    for (let i = this.#settled; i < this.#noted; i += WORDS_PER_NOTE) this.#words[i + 2] = microseconds;
    this.#settled = this.#noted;
    if (this.#noted > (ROOM - MOST_OF_A_BATCH) * WORDS_PER_NOTE) this.post();
  }

  /** Posts what has waited long enough at `now`; returns how many milliseconds are left for the rest. */
  postDue(now: number): number {
    if (this.#noted === 0) {
      this.#oldest = now;
      return Infinity;
    }
    const left = this.#oldest + LONGEST_DELAY - now;
    if (left > 0) return left;
    this.post();
    this.#oldest = now;
    return LONGEST_DELAY;
  }

  /** Posts everything; what was not settled has taken no time. */
  post(): void {
    if (this.#noted === 0) return;
    this.#post(this.#words.slice(0, this.#noted));
    this.#words.fill(0, 0, this.#noted);
    this.#noted = 0;
    this.#settled = 0;
  }
}
