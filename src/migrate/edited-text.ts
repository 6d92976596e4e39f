/** A piece of a text that is to be replaced. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The line of the original text that new lines belong to. */
  readonly origin: number;
}

/** A text that remembers for each of its lines which line of the original text it comes from or belongs to; both count from 1. */
export interface EditedText {
  readonly text: string;
  readonly origins: readonly number[];
}

export function originalText(text: string): EditedText {
  return { text, origins: text.split('\n').map((_, i) => i + 1) };
}

/** Replaces pieces that do not overlap; those at the same place come in the order of the list. */
export function applyEdits({ text, origins }: EditedText, edits: readonly Edit[]): EditedText {
  const writer = new Writer();
  let position = 0;
  for (const edit of edits.toSorted((a, b) => a.start - b.start)) {
    if (edit.start < position) throw new TypeError(`two edits overlap at ${edit.start}`);
    writer.keep(text, position, edit.start, origins);
    writer.insert(edit.text, edit.origin);
    position = edit.end;
  }
  writer.keep(text, position, text.length, origins);
  return writer.result();
}

class Writer {
  #text = '';
  /** The last one is that of the line that is being written. */
  readonly #origins: number[] = [1];

  keep(text: string, start: number, end: number, origins: readonly number[]): void {
    if (start === end) return;
    let line = lineAt(text, start);
    if (this.#atLineStart) this.#origins.splice(-1, 1, origins[line] ?? 1);
    for (let i = start; i < end; i++) {
      if (text.charAt(i) === '\n') this.#origins.push(origins[++line] ?? 1);
    }
    this.#text += text.slice(start, end);
  }

  insert(text: string, origin: number): void {
    if (text === '') return;
    if (this.#atLineStart) this.#origins.splice(-1, 1, origin);
    for (const character of text) if (character === '\n') this.#origins.push(origin);
    this.#text += text;
  }

  result(): EditedText {
    return { text: this.#text, origins: this.#origins };
  }

  get #atLineStart(): boolean {
    return this.#text === '' || this.#text.endsWith('\n');
  }
}

/** From 0. */
function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}
