import { HEADER_LENGTH } from '../../dns/message.ts';
import { TYPE } from '../../dns/types.ts';
import type { Validity } from '../../plugin-api/validity.ts';
import { wireArea, type WireArea } from '../../transport/wire-area.ts';
import { type AnswerParts, SERIAL_BEFORE_END, TTL_BEFORE_DATA } from './answer-parts.ts';
import { ageAt, MAXIMUM_NUMBERS, SHUFFLE, WORD, WORDS } from './answer-words.ts';
import { maskOf, type QuestionKey } from './question-key.ts';
import type { ShufflePlan } from './shuffle-plan.ts';

/** An answer to remember. */
export interface Remembered {
  /** As it was encoded for the query. */
  readonly octets: Uint8Array;
  readonly parts: AnswerParts;
  readonly validity: Validity;
  /** Numbers of those who count it. */
  readonly recorders: readonly number[];
  readonly plan: ShufflePlan;
  /** The answer looks like this for clients that take from so many to so many octets. */
  readonly leastLimit: number;
  readonly mostLimit: number;
  /** What of the client's payload size counts, and goes back to it. */
  readonly payloadLimit: number;
  /** Milliseconds of the monotonic clock. */
  readonly now: number;
}

/** Words of the largest answer with all that belongs to it; what has more is not worth the room. */
const LARGEST = 1 << 16;

/**
 * An answer in the words that a memory keeps of it, the same in every memory: whoever has made one can give it to the memories of other threads
 * as it is. Written anew for each answer.
 */
export class AnswerImage {
  readonly #all: Int32Array;
  readonly #halves: Uint16Array;
  readonly #times: Float64Array;
  readonly #area: WireArea;

  constructor() {
    const buffer = new ArrayBuffer(LARGEST * Int32Array.BYTES_PER_ELEMENT);
    this.#all = new Int32Array(buffer);
    this.#halves = new Uint16Array(buffer);
    this.#times = new Float64Array(buffer);
    this.#area = wireArea(new Uint8Array(buffer));
  }

  /**
   * Makes the image of the answer to the question that `key` has read at `start` of `input`; undefined if it has no room. The words hold until the
   * next call.
   */
  write(key: QuestionKey, input: WireArea, start: number, answer: Remembered): Int32Array | undefined {
    const { octets, validity, plan } = answer;
    const numbers = numbersOf(answer);
    if (numbers.length > MAXIMUM_NUMBERS) return undefined;
    const tailLength = octets.length - HEADER_LENGTH - key.length;
    const keyAt = WORDS + 2 * validity.slots.length + answer.recorders.length;
    const tailAt = keyAt + ((key.length + 3) >> 2);
    const numbersAt = tailAt + ((tailLength + 3) >> 2);
    const poolAt = numbersAt + ((numbers.length + 1) >> 1);
    const pool = plan.kind === 'addresses' ? plan.pool : undefined;
    const size = poolAt + ((pool?.length ?? 0) >> 2);
    if (size > LARGEST) return undefined;
    const words = this.#all;
    words[WORD.BITS] = key.bits;
    words[WORD.HASH] = key.hash;
    words[WORD.HAS_CAPITALS] = key.hasCapitals ? 1 : 0;
    words[WORD.KEY_LENGTH] = key.length;
    words[WORD.KEY_AT] = keyAt;
    words[WORD.SIZE] = size;
    words[WORD.TAIL_LENGTH] = tailLength;
    words[WORD.FLAGS_AND_QUESTIONS] = littleWord(octets, 2);
    words[WORD.ANSWERS_AND_AUTHORITIES] = littleWord(octets, 6);
    words[WORD.ADDITIONALS] = littleWord(octets, 10) & 0xffff;
    words[WORD.LEAST_LIMIT] = answer.leastLimit;
    words[WORD.MOST_LIMIT] = answer.mostLimit;
    words[WORD.PAYLOAD_LIMIT] = answer.payloadLimit;
    this.#times[WORD.UNTIL >> 1] = validity.until;
    this.#times[WORD.COUNTS_DOWN_FROM >> 1] = validity.countsDownFrom ?? 0;
    words[WORD.AGE] = validity.countsDownFrom === undefined ? -1 : ageAt(answer.now, validity.countsDownFrom);
    words[WORD.TAIL_AT] = tailAt;
    words[WORD.NUMBERS_AT] = numbersAt;
    words[WORD.NUMBER_COUNT] = numbers.length;
    words[WORD.POOL_AT] = poolAt;
    words[WORD.POOL_LENGTH] = pool?.length ?? 0;
    words[WORD.SHUFFLE] = shuffleKind(plan);
    const serialAt = validity.serialSlot === undefined ? -1 : serialOffset(answer.parts);
    words[WORD.SERIAL_AT] = serialAt;
    words[WORD.SERIAL_SLOT] = validity.serialSlot ?? 0;
    words[WORD.IS_CHANGING] = serialAt >= 0 || validity.countsDownFrom !== undefined || plan.kind !== 'none' ? 1 : 0;
    words[WORD.SLOT_COUNT] = validity.slots.length;
    for (const [i, slot] of validity.slots.entries()) {
      words[WORDS + 2 * i] = slot;
      words[WORDS + 2 * i + 1] = validity.counters[i] ?? 0;
    }
    words[WORD.RECORDER_COUNT] = answer.recorders.length;
    words.set(answer.recorders, WORDS + 2 * validity.slots.length);
    for (let i = 0; i < key.length; i += 4) {
      words[keyAt + (i >> 2)] = input.view.getInt32(start + HEADER_LENGTH + i, true) & maskOf(key.length - i);
    }
    this.#area.bytes.set(octets.subarray(HEADER_LENGTH + key.length), tailAt << 2);
    this.#halves.set(numbers, numbersAt << 1);
    if (pool !== undefined) this.#area.bytes.set(pool, poolAt << 2);
    return words.subarray(0, size);
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

function littleWord(octets: Uint8Array, at: number): number {
  let word = 0;
  for (let i = 3; i >= 0; i--) word = (word << 8) | (octets[at + i] ?? 0);
  return word;
}
