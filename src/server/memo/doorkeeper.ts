/** Bits for questions, three for each, by hash: a power of two. */
const BITS = 1 << 21;
const SHIFT = 32 - 21;
/** When so many questions have come, one in two hundred that are new passes for a known one: all are forgotten. */
const MOST_QUESTIONS = BITS >> 4;
/** They make other hashes of a hash: 2^32 divided by the golden ratio, and by the plastic ratio. */
const GOLDEN = 0x9e37_79b1;
const PLASTIC = 0xc13f_a9a9;

/**
 * Lets in what is asked a second time. Names that are asked once – a pod's search list in front of the names of the whole world, or somebody who tries
 * names – would cost more to remember than they ever give back, and push out those that are in use.
 */
export class Doorkeeper {
  readonly #bits = new Int32Array(BITS >> 5);
  #questions = 0;

  /** Has the question with this hash been here before? It has from now on. */
  admits(hash: number): boolean {
    const first = this.#test(hash & (BITS - 1));
    const second = this.#test(Math.imul(hash, GOLDEN) >>> SHIFT);
    const third = this.#test(Math.imul(hash, PLASTIC) >>> SHIFT);
    if (first && second && third) return true;
    if (this.#questions++ < MOST_QUESTIONS) return false;
    this.#bits.fill(0);
    this.#questions = 0;
    return false;
  }

  /** Was the bit set? It is from now on. */
  #test(bit: number): boolean {
    const word = this.#bits[bit >> 5] ?? 0;
    const mask = 1 << (bit & 31);
    if ((word & mask) !== 0) return true;
    this.#bits[bit >> 5] = word | mask;
    return false;
  }
}
