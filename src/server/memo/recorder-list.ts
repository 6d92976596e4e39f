import type { Recorder } from '../../plugin-api/validity.ts';
import type { Notes } from './notes.ts';

/** Notes kept between two settlements; when there is no room for more the first ones are counted at once. */
const NOTES = 1024;

/** The recorders of remembered answers by number, and what they still have to count: one batch, so that a hit reads no clock. */
export class RecorderList implements Notes {
  readonly #recorders: Recorder[] = [];
  readonly #ids = new Map<Recorder, number>();
  /** Pairs of a recorder's number and the octets of a request. */
  readonly #notes = new Int32Array(2 * NOTES);
  #noted = 0;

  /** The number of a recorder. Plugins have few: they make one for all answers that count alike. */
  idOf(recorder: Recorder): number {
    let id = this.#ids.get(recorder);
    if (id === undefined) {
      id = this.#recorders.push(recorder) - 1;
      this.#ids.set(recorder, id);
    }
    return id;
  }

  note(words: Int32Array, at: number, count: number, size: number): void {
    for (let i = 0; i < count; i++) {
      if (this.#noted === 2 * NOTES) this.settle(0);
      this.#notes[this.#noted++] = words[at + i] ?? 0;
      this.#notes[this.#noted++] = size;
    }
  }

  settle(milliseconds: number): void {
    for (let i = 0; i < this.#noted; i += 2) this.record(this.#notes[i] ?? 0, this.#notes[i + 1] ?? 0, milliseconds);
    this.#noted = 0;
  }

  /** Counts a request of `size` octets at once, for the recorder with that number. */
  record(id: number, size: number, milliseconds: number): void {
    this.#recorders[id]?.record(size, milliseconds);
  }
}
