/** Pointers have 14 bits (RFC 1035 §4.1.4): names that start further on cannot be pointed to. */
const MAXIMUM_POINTER = 0x3fff;
/** Table slots at first, a power of two: room for 32 suffixes, a dozen names of cluster depth. */
const INITIAL_SLOTS: readonly number[] = Array.from({ length: 64 }, () => 0);

/**
 * Which name suffixes a message already has, and where: a hash table of offsets into the message, without a string or
 * object per suffix. Suffixes match with their letter case, so that compression never changes the case of a name.
 */
export class CompressionTable {
  // Arrays of small integers: V8 makes them far faster than typed arrays, and a table lives for one message.
  // Suffixes in the order of their entry; a slot holds an index into these, plus one, or 0.
  readonly #offsets: number[] = [];
  readonly #hashes: number[] = [];
  #slots: number[] = INITIAL_SLOTS.slice();
  // The labels of the name at hand: where they start and the hash of the suffix from there.
  readonly #labelStarts: number[] = [];
  readonly #labelHashes: number[] = [];

  /**
   * Looks up the longest suffix of `wire` that stands in `message`, and enters the longer ones as standing at
   * `message[end]` and on, where the caller writes them next. Returns `pointer * 256 + length`: how many octets of
   * `wire` to write before the pointer; a pointer of 0 says that there is none.
   */
  place(message: Uint8Array, end: number, wire: Uint8Array): number {
    const count = this.#split(wire);
    for (let label = 0; label < count; label++) {
      const start = this.#labelStarts[label] ?? 0;
      const hash = this.#labelHashes[label] ?? 0;
      const offset = this.#find(message, wire, start, hash);
      if (offset !== 0) return offset * 256 + start;
      if (end + start <= MAXIMUM_POINTER) this.#enter(hash, end + start);
    }
    return wire.length;
  }

  /** Forgets the suffixes at `end` and on. */
  rollback(end: number): void {
    // The last entered goes first, so no slot that a search would pass through is emptied before its time.
    for (let entry = this.#offsets.length; entry > 0 && (this.#offsets[entry - 1] ?? 0) >= end; entry--) {
      const mask = this.#slots.length - 1;
      let slot = (this.#hashes[entry - 1] ?? 0) & mask;
      while (this.#slots[slot] !== entry) slot = (slot + 1) & mask;
      this.#slots[slot] = 0;
      this.#offsets.pop();
      this.#hashes.pop();
    }
  }

  /** Fills in the label tables; returns the number of labels. */
  #split(wire: Uint8Array): number {
    let count = 0;
    for (let i = 0; wire[i] !== 0; i += (wire[i] ?? 0) + 1) this.#labelStarts[count++] = i;
    let hash = 0;
    let end = wire.length - 1;
    for (let label = count - 1; label >= 0; label--) {
      const start = this.#labelStarts[label] ?? 0;
      for (let i = start; i < end; i++) hash = Math.imul(hash ^ (wire[i] ?? 0), 0x0100_0193);
      // The multiplication moves bits up only; the slot is taken from the low ones.
      hash ^= hash >>> 15;
      this.#labelHashes[label] = hash;
      end = start;
    }
    return count;
  }

  #find(message: Uint8Array, wire: Uint8Array, start: number, hash: number): number {
    const mask = this.#slots.length - 1;
    for (let slot = hash & mask; ; slot = (slot + 1) & mask) {
      const entry = this.#slots[slot] ?? 0;
      if (entry === 0) return 0;
      const offset = this.#offsets[entry - 1] ?? 0;
      if (this.#hashes[entry - 1] === hash && matches(message, offset, wire, start)) return offset;
    }
  }

  #enter(hash: number, offset: number): void {
    this.#offsets.push(offset);
    const count = this.#hashes.push(hash);
    if (count * 2 <= this.#slots.length) {
      this.#link(count);
    } else {
      this.#slots = [...this.#slots, ...this.#slots].fill(0);
      for (let entry = 1; entry <= count; entry++) this.#link(entry);
    }
  }

  #link(entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = (this.#hashes[entry - 1] ?? 0) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }
}

/** Does the name at `offset` of `message`, which the writer wrote, equal `wire` from `start` on? */
function matches(message: Uint8Array, offset: number, wire: Uint8Array, start: number): boolean {
  let i = offset;
  let j = start;
  for (;;) {
    let length = message[i] ?? 0;
    while (length >= 0xc0) {
      i = ((length & 0x3f) << 8) | (message[i + 1] ?? 0);
      length = message[i] ?? 0;
    }
    if (length !== wire[j]) return false;
    if (length === 0) return true;
    for (const end = i + length; i < end;) {
      if (message[++i] !== wire[++j]) return false;
    }
    i++;
    j++;
  }
}
