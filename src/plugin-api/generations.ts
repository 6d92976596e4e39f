/** Slots that texts share by their hash. Two texts in one slot only forget one another's answers too early, never too late. */
const HASHED = 1 << 16;
/** Slots for single owners: each instance of a plugin takes a few, and gives them back when it stops. */
const OWNED = 1 << 12;

/**
 * Counters that tell whether what an answer was made from is still as it was: whoever makes answers from data names a slot for each
 * thing that they depend on, and moves its counter when the thing changes. In shared memory, so that every thread sees the change at once.
 */
export class Generations {
  readonly counters: Int32Array = new Int32Array(
    new SharedArrayBuffer((HASHED + OWNED) * Int32Array.BYTES_PER_ELEMENT),
  );
  readonly #free: number[] = [];
  #owned = HASHED;

  /** The slot of whatever `text` names. */
  slotOf(text: string): number {
    let hash = 0x811c_9dc5;
    for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
    return (hash ^ (hash >>> 15)) & (HASHED - 1);
  }

  /** A slot that nobody else has, to be given back with `release`. */
  own(): number {
    const slot = this.#free.pop() ?? this.#owned++;
    if (slot >= HASHED + OWNED) throw new RangeError('too many plugins want a generation of their own');
    return slot;
  }

  release(slot: number): void {
    this.move(slot);
    this.#free.push(slot);
  }

  /** What was made from the thing in `slot` is not true any more. */
  move(slot: number): void {
    this.counters[slot] = ((this.counters[slot] ?? 0) + 1) | 0;
  }

  /** The counter of a slot. */
  at(slot: number): number {
    return this.counters[slot] ?? 0;
  }

  /** Puts a number in the place of the counter: the serial of a zone, say, which answers get when they leave. */
  set(slot: number, value: number): void {
    this.counters[slot] = value;
  }
}
