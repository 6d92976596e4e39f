import type { Notes } from '../memo/notes.ts';
import { type NotePages, NOTES_PER_PAGE, PAGES, WORDS_PER_NOTE } from './note-pages.ts';

/** Notes between two settlements, if 64 datagrams have 16 recorders each. */
const MOST_OF_A_BATCH = 1024;
/** Milliseconds until notes are posted: who reads the metrics does not see that they come from elsewhere. */
const LONGEST_DELAY = 100;

/** How notes get to the thread that has the recorders. */
export interface NotePost {
  /** So many words of that page are full. */
  readonly page: (page: number, length: number) => void;
  /** Where no page was free. */
  readonly copy: (notes: Int32Array<ArrayBuffer>) => void;
}

/** The notes of a thread that has no recorders itself: by the page to the one that has. */
export class NoteBook implements Notes {
  readonly #pages: NotePages;
  readonly #post: NotePost;
  readonly #spare = new Int32Array(NOTES_PER_PAGE * WORDS_PER_NOTE);
  #page = 0;
  #words: Int32Array;
  #noted = 0;
  #settled = 0;
  #oldest = 0;

  constructor(pages: NotePages, post: NotePost) {
    this.#pages = pages;
    this.#post = post;
    this.#words = pages.words(this.#page);
  }

  note(words: Int32Array, at: number, count: number, size: number): void {
    for (let i = 0; i < count; i++) {
      if (this.#noted === this.#words.length) this.post();
      this.#words[this.#noted] = words[at + i] ?? 0;
      this.#words[this.#noted + 1] = size;
      this.#words[this.#noted + 2] = 0;
      this.#noted += WORDS_PER_NOTE;
    }
  }

  settle(milliseconds: number): void {
    const microseconds = Math.round(milliseconds * 1000);
    for (let i = this.#settled; i < this.#noted; i += WORDS_PER_NOTE) this.#words[i + 2] = microseconds;
    this.#settled = this.#noted;
    if (this.#noted > (NOTES_PER_PAGE - MOST_OF_A_BATCH) * WORDS_PER_NOTE) this.post();
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
    if (this.#words === this.#spare) {
      this.#post.copy(this.#spare.slice(0, this.#noted));
    } else {
      this.#pages.hand(this.#page);
      this.#post.page(this.#page, this.#noted);
    }
    this.#page = (this.#page + 1) % PAGES;
    this.#words = this.#pages.isFree(this.#page) ? this.#pages.words(this.#page) : this.#spare;
    this.#noted = 0;
    this.#settled = 0;
  }
}
