import { HEADER_LENGTH } from '../../dns/message.ts';
import type { WireArea } from '../../transport/wire-area.ts';
import { AnswerRing } from './answer-ring.ts';
import { ageAt, MAXIMUM_NUMBERS, SHUFFLE, WORD, WORDS } from './answer-words.ts';
import type { Notes } from './notes.ts';
import { hasEdns, OPT_LENGTH, type QuestionKey } from './question-key.ts';

export interface MemoOptions {
  /** Octets for answers; a power of two. */
  readonly capacity: number;
  /** Of Generations. */
  readonly counters: Int32Array;
  readonly notes: Notes;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/**
 * Answers in wire form by question, in bounded memory. Each stands for one spelling of a name, one set of flags and one transport family; a hit costs a
 * hash, a comparison, a copy, and what changes on the way out: the id, TTLs that count down, the serial, the order of addresses.
 */
export class Memo {
  readonly #ring: AnswerRing;
  readonly #counters: Int32Array;
  readonly #random: () => number;
  readonly #notes: Notes;
  readonly #order = new Uint16Array(MAXIMUM_NUMBERS);

  constructor({ capacity, counters, notes, random }: MemoOptions) {
    this.#ring = new AnswerRing(capacity);
    this.#counters = counters;
    this.#notes = notes;
    this.#random = random;
  }

  /**
   * Writes the remembered answer to the question, which `key` has read at `start` of `input`, to `at` of `output`. Returns its length; 0 if there
   * is none, or none that holds at `now`, or if it has more than `room` octets.
   */
  recall(
    key: QuestionKey,
    input: WireArea,
    start: number,
    output: WireArea,
    at: number,
    room: number,
    now: number,
    size: number,
  ): number {
    const ring = this.#ring;
    const { words, times } = ring;
    const entry = ring.find(key, input, start + HEADER_LENGTH);
    if (entry < 0) return 0;
    const tailLength = words[entry + WORD.TAIL_LENGTH] ?? 0;
    const questionEnd = HEADER_LENGTH + key.length;
    const payloadLimit = words[entry + WORD.PAYLOAD_LIMIT] ?? 0;
    const limit = Math.min(key.limit, payloadLimit);
    if (limit < (words[entry + WORD.LEAST_LIMIT] ?? 0) || limit > (words[entry + WORD.MOST_LIMIT] ?? 0)) return 0;
    if (questionEnd + tailLength > room || now >= (times[(entry + WORD.UNTIL) >> 1] ?? 0)) return 0;
    if (!this.#holds(entry)) return 0;
    const { view } = output;
    // Id and question are the client's own; flags and counts are the answer's.
    view.setInt16(at, input.view.getInt16(start));
    view.setInt32(at + 2, words[entry + WORD.FLAGS_AND_QUESTIONS] ?? 0, true);
    view.setInt32(at + 6, words[entry + WORD.ANSWERS_AND_AUTHORITIES] ?? 0, true);
    view.setInt16(at + 10, words[entry + WORD.ADDITIONALS] ?? 0, true);
    const keyAt = entry + (words[entry + WORD.KEY_AT] ?? 0);
    for (let i = 0, to = at + HEADER_LENGTH; i < key.length; i += 4, to += 4) {
      view.setInt32(to, words[keyAt + (i >> 2)] ?? 0, true);
    }
    const tailAt = entry + (words[entry + WORD.TAIL_AT] ?? 0);
    const tail = at + questionEnd;
    for (let i = 0; i < tailLength; i += 4) view.setInt32(tail + i, words[tailAt + (i >> 2)] ?? 0, true);
    if ((words[entry + WORD.IS_CHANGING] ?? 0) !== 0) this.#change(entry, output, tail, tailAt, now);
    if (hasEdns(key.bits)) {
      // The payload size goes back as it came; before its two octets stand root and type, in both messages.
      const payload = input.view.getUint16(start + questionEnd + 3);
      view.setUint16(tail + tailLength - OPT_LENGTH + 3, Math.min(payload, payloadLimit));
    }
    this.#notes.note(
      words,
      entry + WORDS + 2 * (words[entry + WORD.SLOT_COUNT] ?? 0),
      words[entry + WORD.RECORDER_COUNT] ?? 0,
      size,
    );
    return questionEnd + tailLength;
  }

  /** Keeps an answer that an AnswerImage has written. */
  insert(image: Int32Array): void {
    this.#ring.insert(image);
  }

  /** Forgets all answers. */
  forget(): void {
    this.#ring.forget();
  }

  /** Is everything that the answer was made from as it was? */
  #holds(entry: number): boolean {
    const { words } = this.#ring;
    const end = entry + WORDS + 2 * (words[entry + WORD.SLOT_COUNT] ?? 0);
    for (let i = entry + WORDS; i < end; i += 2) {
      if (this.#counters[words[i] ?? 0] !== words[i + 1]) return false;
    }
    return true;
  }

  /** What differs from answer to answer; `tail` is where the records begin in `output`. */
  #change(entry: number, output: WireArea, tail: number, tailAt: number, now: number): void {
    const { words, times } = this.#ring;
    const serialAt = words[entry + WORD.SERIAL_AT] ?? -1;
    if (serialAt >= 0) output.view.setInt32(tail + serialAt, this.#counters[words[entry + WORD.SERIAL_SLOT] ?? 0] ?? 0);
    const age = words[entry + WORD.AGE] ?? -1;
    const shuffle = words[entry + WORD.SHUFFLE] ?? 0;
    if (shuffle === SHUFFLE.RECORDS) this.#shuffleRecords(entry, output, tail, tailAt);
    else if (shuffle !== SHUFFLE.NONE) this.#shuffleAddresses(entry, output, tail, shuffle);
    if (age < 0) return;
    const passed = ageAt(now, times[(entry + WORD.COUNTS_DOWN_FROM) >> 1] ?? 0) - age;
    if (passed !== 0) this.#countDown(entry, output, tail, passed);
  }

  #countDown(entry: number, { view }: WireArea, tail: number, passed: number): void {
    const { words, halves } = this.#ring;
    const from = (entry + (words[entry + WORD.NUMBERS_AT] ?? 0)) << 1;
    const count = halves[from] ?? 0;
    for (let i = 1; i <= count; i++) {
      const at = tail + (halves[from + i] ?? 0);
      view.setInt32(at, view.getInt32(at) - passed);
    }
  }

  /**
   * Draws as many addresses as the answer shows from all that there are. They are drawn into the front of the pool itself (Fisher and Yates): whatever
   * order it has, the next draw is as random as the first.
   */
  #shuffleAddresses(entry: number, { view }: WireArea, tail: number, shuffle: number): void {
    const { words, halves } = this.#ring;
    const numbers = (entry + (words[entry + WORD.NUMBERS_AT] ?? 0)) << 1;
    const plan = numbers + 1 + (halves[numbers] ?? 0);
    const stride = halves[plan + 1] ?? 0;
    const shown = halves[plan + 2] ?? 0;
    const size = shuffle === SHUFFLE.IPV4 ? 1 : 4;
    const pool = entry + (words[entry + WORD.POOL_AT] ?? 0);
    const count = (words[entry + WORD.POOL_LENGTH] ?? 0) / (size * 4);
    let to = tail + (halves[plan] ?? 0);
    for (let i = 0; i < shown; i++, to += stride) {
      const j = i + Math.trunc(this.#random() * (count - i));
      for (let word = 0; word < size; word++) {
        const mine = pool + i * size + word;
        const other = pool + j * size + word;
        const drawn = words[other] ?? 0;
        words[other] = words[mine] ?? 0;
        words[mine] = drawn;
        view.setInt32(to + word * 4, drawn, true);
      }
    }
  }

  #shuffleRecords(entry: number, { bytes }: WireArea, tail: number, tailAt: number): void {
    const { words, halves, bytes: stored } = this.#ring;
    const order = this.#order;
    const from = tailAt << 2;
    let at = (entry + (words[entry + WORD.NUMBERS_AT] ?? 0)) << 1;
    at += 1 + (halves[at] ?? 0);
    const end = ((entry + (words[entry + WORD.NUMBERS_AT] ?? 0)) << 1) + (words[entry + WORD.NUMBER_COUNT] ?? 0);
    while (at < end) {
      // A run: how many records, where each starts, where the last ends.
      const count = halves[at] ?? 0;
      const starts = at + 1;
      for (let i = 0; i < count; i++) order[i] = i;
      let to = tail + (halves[starts] ?? 0);
      for (let i = 0; i < count; i++) {
        const j = i + Math.trunc(this.#random() * (count - i));
        const chosen = order[j] ?? 0;
        order[j] = order[i] ?? 0;
        const recordStart = halves[starts + chosen] ?? 0;
        const recordEnd = halves[starts + chosen + 1] ?? 0;
        for (let k = recordStart; k < recordEnd; k++) bytes[to++] = stored[from + k] ?? 0;
      }
      at = starts + count + 1;
    }
  }
}
