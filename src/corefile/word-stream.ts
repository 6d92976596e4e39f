import type { Word } from './lexer.ts';

/** Where words come from: a file or a snippet, and for imported ones what imported them. */
export interface Origin {
  readonly kind: 'file' | 'snippet';
  /** The absolute path, or the snippet's name. */
  readonly name: string;
  readonly importedBy: Origin | undefined;
}

interface Frame {
  readonly words: readonly Word[];
  readonly origin: Origin;
  next: number;
}

/** The words of a file, with those of snippets and other files in the place of their imports. */
export class WordStream {
  readonly #frames: Frame[] = [];
  #last: Word | undefined;
  #origin: Origin;

  constructor(words: readonly Word[], origin: Origin) {
    this.#origin = origin;
    this.insert(words, origin);
  }

  /** The word that `take` returns next; undefined at the end. The first word of an import starts a line. */
  peek(): Word | undefined {
    const frame = this.#top();
    const word = frame?.words[frame.next];
    return word === undefined || word.startsLine || frame?.next !== 0 ? word : { ...word, startsLine: true };
  }

  take(): Word | undefined {
    const word = this.peek();
    const frame = this.#top();
    if (word === undefined || frame === undefined) return undefined;
    frame.next++;
    this.#last = word;
    this.#origin = frame.origin;
    return word;
  }

  /** The word taken last. */
  get last(): Word | undefined {
    return this.#last;
  }

  /** Where the word taken last comes from. */
  get origin(): Origin {
    return this.#origin;
  }

  /** Puts words before those that are still to come. */
  insert(words: readonly Word[], origin: Origin): void {
    this.#frames.push({ words, origin, next: 0 });
  }

  #top(): Frame | undefined {
    let frame = this.#frames.at(-1);
    while (frame !== undefined && frame.next >= frame.words.length) {
      this.#frames.pop();
      frame = this.#frames.at(-1);
    }
    return frame;
  }
}
