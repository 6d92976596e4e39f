import { hashOf } from './columns.ts';

// What a table that grows may have too much of.
const SLACK = 1 / 8;

/** Texts of a table's rows, as UTF-8 one behind the other: six octets and the text itself for each slot. */
export class TextColumn {
  #octets = Buffer.alloc(0);
  #start = new Uint32Array(1);
  #length = new Uint16Array(1);
  /** Where there is room for the next text. */
  #end = 0;
  /** Octets before it that no row has any more. */
  #lost = 0;

  /** Makes room for slots up to `capacity`; texts stay. */
  resize(capacity: number): void {
    const start = new Uint32Array(capacity + 1);
    const length = new Uint16Array(capacity + 1);
    start.set(this.#start);
    length.set(this.#length);
    this.#start = start;
    this.#length = length;
  }

  /** Has the slot this text, given as UTF-8? */
  equals(slot: number, text: Buffer): boolean {
    const start = this.#start[slot] ?? 0;
    const length = this.#length[slot] ?? 0;
    return length === text.length && text.compare(this.#octets, start, start + length) === 0;
  }

  get(slot: number): string {
    const start = this.#start[slot] ?? 0;
    return this.#octets.toString('utf8', start, start + (this.#length[slot] ?? 0));
  }

  /** `hashOf` of a number and the text. */
  hash(number: number, slot: number): number {
    const start = this.#start[slot] ?? 0;
    return hashOf(number, this.#octets, start, start + (this.#length[slot] ?? 0));
  }

  /** Gives a slot that has none a text of at most 65,535 octets. */
  set(slot: number, text: Buffer): void {
    if (this.#end + text.length > this.#octets.length) this.#makeRoom(text.length);
    this.#start[slot] = this.#end;
    this.#length[slot] = text.length;
    text.copy(this.#octets, this.#end);
    this.#end += text.length;
  }

  clear(slot: number): void {
    this.#lost += this.#length[slot] ?? 0;
    this.#length[slot] = 0;
  }

  /** Moves the texts together, into a bigger place if need be. */
  #makeRoom(more: number): void {
    const needed = this.#end - this.#lost + more;
    const octets = Buffer.allocUnsafeSlow(Math.ceil(needed * (1 + SLACK)));
    let end = 0;
    for (let slot = 1; slot < this.#start.length; slot++) {
      const start = this.#start[slot] ?? 0;
      const length = this.#length[slot] ?? 0;
      this.#octets.copy(octets, end, start, start + length);
      this.#start[slot] = end;
      end += length;
    }
    this.#octets = octets;
    this.#end = end;
    this.#lost = 0;
  }
}
