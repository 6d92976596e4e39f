import { MAXIMUM_MESSAGE_LENGTH } from '../../dns/message.ts';
import type { Endpoint } from '../../transport/endpoint.ts';
import { allocateWireArea, type WireArea } from '../../transport/wire-area.ts';
import { WORD } from './answer-words.ts';
import { Memo, type MemoOptions } from './memo.ts';
import { LONGEST_QUESTION, PATH, QuestionKey } from './question-key.ts';

/** A part of the memory for questions with capitals: who changes the letter case from query to query shall not push out the others. */
const CAPITALS_SHARE = 16;

/** What a listener remembers of its answers under one configuration. */
export class AnswerMemory {
  readonly #key = new QuestionKey();
  readonly #plain: Memo;
  readonly #options: MemoOptions;
  /** Most clients send none. */
  #capitals: Memo | undefined;
  /** A message that came by itself, where words can be read beyond its end. */
  readonly #question: WireArea = allocateWireArea(LONGEST_QUESTION);
  #answer: WireArea | undefined;

  constructor(options: MemoOptions) {
    this.#options = options;
    this.#plain = new Memo(options);
  }

  /**
   * Writes the answer to the message of `length` octets at `start` of `input`, if it is remembered and still holds, to `at` of `output`: its
   * length, or 0. It takes at most `room` octets, and `output` has a margin behind them. `path`: see PATH. `now`: the monotonic clock.
   */
  recall(
    input: WireArea,
    start: number,
    length: number,
    path: number,
    output: WireArea,
    at: number,
    room: number,
    now: number,
  ): number {
    const key = this.#key;
    if (!key.read(input, start, length, path)) return 0;
    const memo = key.hasCapitals ? this.#capitals : this.#plain;
    return memo?.recall(key, input, start, output, at, room, now, length) ?? 0;
  }

  /**
   * The remembered answer to a message of a stream from such a client, if it still holds: in a buffer that the next call writes to. Counted at once.
   * `arrival`: when the message came; `now`: gives the monotonic clock.
   */
  recallOnStream(request: Uint8Array, client: Endpoint, arrival: number, now: () => number): Uint8Array | undefined {
    if (request.length > LONGEST_QUESTION) return undefined;
    this.#question.bytes.set(request);
    const output = (this.#answer ??= allocateWireArea(MAXIMUM_MESSAGE_LENGTH));
    const path = PATH.STREAM | (client.address.includes(':') ? PATH.IPV6 : 0);
    const length = this.recall(this.#question, 0, request.length, path, output, 0, MAXIMUM_MESSAGE_LENGTH, arrival);
    if (length === 0) return undefined;
    this.settle(now() - arrival);
    return output.bytes.subarray(0, length);
  }

  /** Counts the answers recalled since the last call: each has taken so long. */
  settle(milliseconds: number): void {
    this.#options.notes.settle(milliseconds);
  }

  /** Keeps an answer that an AnswerWriter has made. */
  insert(image: Int32Array): void {
    (image[WORD.HAS_CAPITALS] === 0 ? this.#plain : (this.#capitals ??= this.#makeCapitals())).insert(image);
  }

  /** Forgets all answers, and takes no new memory for those that come. */
  forget(): void {
    this.#plain.forget();
    this.#capitals?.forget();
  }

  #makeCapitals(): Memo {
    return new Memo({ ...this.#options, capacity: this.#options.capacity / CAPITALS_SHARE });
  }
}
