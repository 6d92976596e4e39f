/** Bits for questions, by hash: a power of two. */
const BITS = 1 << 17;
/** When so many are set, a question that is new would often pass for a known one: all are forgotten. */
const MOST_SET = BITS >> 2;

/**
 * Lets in what is asked a second time. Names that are asked once – a pod's search list in front of the names of the whole world, or somebody who tries
 * names – would cost more to remember than they ever give back, and push out those that are in use.
 */
export class Doorkeeper {
  readonly #bits = new Int32Array(BITS >> 5);
  #set = 0;

  /** Has the question with this hash been here before? It has from now on. */
  admits(hash: number): boolean {
    const bit = hash & (BITS - 1);
    const word = this.#bits[bit >> 5] ?? 0;
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return true;
    if (this.#set >= MOST_SET) {
      this.#bits.fill(0);
      this.#set = 0;
    }
    this.#bits[bit >> 5] = (this.#bits[bit >> 5] ?? 0) | mask;
    this.#set++;
    return false;
  }
}
