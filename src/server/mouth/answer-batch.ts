import type { AnswerKeeper } from '../service.ts';
import type { ToMouth } from './mouth-messages.ts';
import { Packed } from './packed.ts';

const NO_OCTETS = new Uint8Array(0);

/** Answers for a mouth and what it may remember of them, gathered until they are posted together. */
export class AnswerBatch implements AnswerKeeper {
  #ids: number[] = [];
  #lengths: number[] = [];
  readonly #octets = new Packed();
  readonly #images = new Packed();

  /** The answer to a question; null for none. */
  add(id: number, answer: Uint8Array | null): void {
    const octets = answer ?? NO_OCTETS;
    this.#ids.push(id);
    this.#lengths.push(octets.length);
    this.#octets.add(octets);
  }

  insert(image: Int32Array): void {
    this.#images.add(new Uint8Array(image.buffer, image.byteOffset, image.byteLength));
  }

  /** Everything since the last time; undefined if that is nothing. `configuration`: the one that the answers are from. */
  takeMessage(
    configuration: number,
  ): { readonly message: ToMouth; readonly transfer: readonly ArrayBuffer[] } | undefined {
    if (this.#ids.length === 0) return undefined;
    const octets = this.#octets.take();
    const images = new Int32Array(this.#images.take().buffer);
    const message: ToMouth = {
      kind: 'answers',
      ids: this.#ids,
      lengths: this.#lengths,
      octets,
      images,
      configuration,
    };
    this.#ids = [];
    this.#lengths = [];
    return { message, transfer: [octets.buffer, images.buffer] };
  }
}
