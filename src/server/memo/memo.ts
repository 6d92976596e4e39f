import { HEADER_LENGTH } from '../../dns/message.ts';
import type { Generations } from '../../plugin-api/generations.ts';
import type { Recorder, Validity } from '../../plugin-api/validity.ts';
import type { WireArea } from '../../transport/wire-area.ts';
import { type AnswerParts, SERIAL_BEFORE_END, TTL_BEFORE_DATA } from './answer-parts.ts';
import { AnswerRing, WORD, WORDS } from './answer-ring.ts';
import { hasEdns, OPT_LENGTH, type QuestionKey } from './question-key.ts';
import { RecorderList } from './recorder-list.ts';
import type { ShufflePlan } from './shuffle-plan.ts';
import { TYPE } from '../../dns/types.ts';

export interface MemoOptions {
  /** Octets for answers; a power of two. */
  readonly capacity: number;
  readonly generations: Generations;
  /** A number in [0, 1). */
  readonly random: () => number;
}

/** An answer to remember. */
export interface Remembered {
  /** As it was encoded for the query. */
  readonly octets: Uint8Array;
  readonly parts: AnswerParts;
  readonly validity: Validity;
  readonly recorders: readonly Recorder[];
  readonly plan: ShufflePlan;
  /** The answer looks like this for clients that take from so many to so many octets. */
  readonly leastLimit: number;
  readonly mostLimit: number;
  /** What of the client's payload size counts, and goes back to it. */
  readonly payloadLimit: number;
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
}

const SHUFFLE = { NONE: 0, IPV4: 1, IPV6: 2, RECORDS: 3 } as const;
/** Numbers after the octets of an answer; offsets in messages have 16 bits. */
const MAXIMUM_NUMBERS = 4096;

/**
 * Answers in wire form by question, in bounded memory. Each stands for one spelling of a name, one set of flags and one transport family; a hit costs a
 * hash, a comparison, a copy, and what changes on the way out: the id, TTLs that count down, the serial, the order of addresses.
 */
export class Memo {
  readonly #ring: AnswerRing;
  readonly #counters: Int32Array;
  readonly #random: () => number;
  readonly #recorders = new RecorderList();
  readonly #order = new Uint16Array(MAXIMUM_NUMBERS);

  constructor({ capacity, generations, random }: MemoOptions) {
    this.#ring = new AnswerRing(capacity);
    this.#counters = generations.counters;
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
    this.#recorders.note(
      words,
      entry + WORDS + 2 * (words[entry + WORD.SLOT_COUNT] ?? 0),
      words[entry + WORD.RECORDER_COUNT] ?? 0,
      size,
    );
    return questionEnd + tailLength;
  }

  /** Counts the answers recalled since the last call, each as if it had taken so long. */
  settle(milliseconds: number): void {
    this.#recorders.settle(milliseconds);
  }

  /** Remembers the answer to the question that `key` has read at `start` of `input`. */
  remember(key: QuestionKey, input: WireArea, start: number, answer: Remembered): void {
    const { octets, validity, plan } = answer;
    const numbers = numbersOf(answer);
    if (numbers.length > MAXIMUM_NUMBERS) return;
    const tailLength = octets.length - HEADER_LENGTH - key.length;
    const keyAt = WORDS + 2 * validity.slots.length + answer.recorders.length;
    const tailAt = keyAt + ((key.length + 3) >> 2);
    const numbersAt = tailAt + ((tailLength + 3) >> 2);
    const poolAt = numbersAt + ((numbers.length + 1) >> 1);
    const pool = plan.kind === 'addresses' ? plan.pool : undefined;
    const size = poolAt + ((pool?.length ?? 0) >> 2);
    const entry = this.#ring.allocate(key, keyAt, size, input, start + HEADER_LENGTH);
    if (entry < 0) return;
    const { words, times, bytes } = this.#ring;
    words[entry + WORD.TAIL_LENGTH] = tailLength;
    words[entry + WORD.FLAGS_AND_QUESTIONS] = littleWord(octets, 2);
    words[entry + WORD.ANSWERS_AND_AUTHORITIES] = littleWord(octets, 6);
    words[entry + WORD.ADDITIONALS] = littleWord(octets, 10) & 0xffff;
    words[entry + WORD.LEAST_LIMIT] = answer.leastLimit;
    words[entry + WORD.MOST_LIMIT] = answer.mostLimit;
    words[entry + WORD.PAYLOAD_LIMIT] = answer.payloadLimit;
    times[(entry + WORD.UNTIL) >> 1] = validity.until;
    times[(entry + WORD.COUNTS_DOWN_FROM) >> 1] = validity.countsDownFrom ?? 0;
    words[entry + WORD.AGE] = validity.countsDownFrom === undefined ? -1 : ageAt(answer.now, validity.countsDownFrom);
    words[entry + WORD.TAIL_AT] = tailAt;
    words[entry + WORD.NUMBERS_AT] = numbersAt;
    words[entry + WORD.NUMBER_COUNT] = numbers.length;
    words[entry + WORD.POOL_AT] = poolAt;
    words[entry + WORD.POOL_LENGTH] = pool?.length ?? 0;
    words[entry + WORD.SHUFFLE] = shuffleKind(plan);
    const serialAt = validity.serialSlot === undefined ? -1 : serialOffset(answer.parts);
    words[entry + WORD.SERIAL_AT] = serialAt;
    words[entry + WORD.SERIAL_SLOT] = validity.serialSlot ?? 0;
    words[entry + WORD.IS_CHANGING] =
      serialAt >= 0 || validity.countsDownFrom !== undefined || plan.kind !== 'none' ? 1 : 0;
    words[entry + WORD.SLOT_COUNT] = validity.slots.length;
    for (const [i, slot] of validity.slots.entries()) {
      words[entry + WORDS + 2 * i] = slot;
      words[entry + WORDS + 2 * i + 1] = validity.counters[i] ?? 0;
    }
    words[entry + WORD.RECORDER_COUNT] = answer.recorders.length;
    for (const [i, recorder] of answer.recorders.entries()) {
      words[entry + WORDS + 2 * validity.slots.length + i] = this.#recorders.idOf(recorder);
    }
    bytes.set(octets.subarray(HEADER_LENGTH + key.length), (entry + tailAt) << 2);
    const half = (entry + numbersAt) << 1;
    for (const [i, number] of numbers.entries()) this.#ring.halves[half + i] = number;
    if (pool !== undefined) bytes.set(pool, (entry + poolAt) << 2);
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

/** How many TTLs there are and where; then what the shuffle plan needs. */
function numbersOf({ parts, validity, plan }: Remembered): readonly number[] {
  const ttls =
    validity.countsDownFrom === undefined
      ? []
      : parts.sections.flatMap((spans) => spans.map(({ data }) => data - TTL_BEFORE_DATA));
  const numbers = [ttls.length, ...ttls];
  if (plan.kind === 'addresses') numbers.push(plan.first, plan.stride, plan.shown);
  if (plan.kind === 'records') for (const run of plan.runs) numbers.push(run.length - 1, ...run);
  return numbers;
}

function shuffleKind(plan: ShufflePlan): number {
  if (plan.kind === 'addresses') return plan.size === 4 ? SHUFFLE.IPV4 : SHUFFLE.IPV6;
  return plan.kind === 'records' ? SHUFFLE.RECORDS : SHUFFLE.NONE;
}

/** Where the serial of the first SOA record stands; -1 if there is none. */
function serialOffset({ sections }: AnswerParts): number {
  for (const spans of sections) {
    const soa = spans.find(({ type }) => type === TYPE.SOA);
    if (soa !== undefined) return soa.end - SERIAL_BEFORE_END;
  }
  return -1;
}

/** Whole seconds since `from`. */
function ageAt(now: number, from: number): number {
  return Math.floor((now - from) / 1000);
}

function littleWord(octets: Uint8Array, at: number): number {
  let word = 0;
  for (let i = 3; i >= 0; i--) word = (word << 8) | (octets[at + i] ?? 0);
  return word;
}
