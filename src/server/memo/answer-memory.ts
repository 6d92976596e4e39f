import { encodedLength } from '../../dns/encode.ts';
import { HEADER_LENGTH, MAXIMUM_MESSAGE_LENGTH } from '../../dns/message.ts';
import type { Generations } from '../../plugin-api/generations.ts';
import { addressFamily, isDatagram, type Query } from '../../plugin-api/query.ts';
import type { Reply } from '../../plugin-api/reply.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';
import { dependingOn, type Recorder } from '../../plugin-api/validity.ts';
import type { Endpoint } from '../../transport/endpoint.ts';
import { allocateWireArea, type WireArea } from '../../transport/wire-area.ts';
import type { Block } from '../block.ts';
import { answerParts } from './answer-parts.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { Memo, type MemoOptions } from './memo.ts';
import { hasEdns, OPT_LENGTH, PATH, QuestionKey } from './question-key.ts';
import { shufflePlan } from './shuffle-plan.ts';
import { compressAbove, sizeLimit, toClientMessage } from '../respond.ts';

/** Questions that may be remembered are shorter: header, name, type, class and an OPT record. */
const LONGEST_QUESTION = HEADER_LENGTH + 255 + 4 + OPT_LENGTH;
/** The TC flag, in the third octet of a message. */
const TC = 0x02;
/** More than any client takes. */
const NO_LIMIT = 0x7fff_ffff;
/** A part of the memory for questions with capitals: who changes the letter case from query to query shall not push out the others. */
const CAPITALS_SHARE = 16;

/** What a listener remembers of its answers under one configuration. */
export class AnswerMemory {
  readonly #key = new QuestionKey();
  readonly #door = new Doorkeeper();
  readonly #plain: Memo;
  readonly #capitals: Memo;
  readonly #generations: Generations;
  /** A message that came by itself, where words can be read beyond its end. */
  readonly #question: WireArea = allocateWireArea(LONGEST_QUESTION);
  #answer: WireArea | undefined;

  constructor(options: MemoOptions) {
    this.#generations = options.generations;
    this.#plain = new Memo(options);
    this.#capitals = new Memo({ ...options, capacity: options.capacity / CAPITALS_SHARE });
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
    return memo.recall(key, input, start, output, at, room, now, length);
  }

  /**
   * The remembered answer to a message of a stream from such a client, if it still holds: in a buffer that the next call writes to. Counted at once.
   * `now`: gives the monotonic clock.
   */
  recallOnStream(request: Uint8Array, client: Endpoint, now: () => number): Uint8Array | undefined {
    if (request.length > LONGEST_QUESTION) return undefined;
    const began = now();
    this.#question.bytes.set(request);
    const output = (this.#answer ??= allocateWireArea(MAXIMUM_MESSAGE_LENGTH));
    const path = PATH.STREAM | (client.address.includes(':') ? PATH.IPV6 : 0);
    const length = this.recall(this.#question, 0, request.length, path, output, 0, MAXIMUM_MESSAGE_LENGTH, began);
    if (length === 0) return undefined;
    this.settle(now() - began);
    return output.bytes.subarray(0, length);
  }

  /** Counts the answers recalled since the last call: each has taken so long. */
  settle(milliseconds: number): void {
    this.#plain.settle(milliseconds);
    this.#capitals.settle(milliseconds);
  }

  /** Remembers how a query was answered that has come before, where that holds for others. `request` and `octets`: both messages on the wire. */
  remember(query: Query, request: Uint8Array, reply: Reply, octets: Uint8Array, block: Block, now: number): void {
    if (reply.validity === undefined || reply.error !== undefined || !repeatsQuestion(query, reply)) return;
    // Labels are collected for each query, and may be in the log.
    if (block.settings.metadata !== undefined) return;
    const recorders = recordersOf(query, reply, block);
    if (recorders === undefined || request.length > LONGEST_QUESTION) return;
    const key = this.#key;
    const question = this.#question;
    question.bytes.set(request);
    if (!key.read(question, 0, request.length, pathOf(query)) || !this.#door.admits(key.hash)) return;
    const plainLength = encodedLength(toClientMessage(query, reply));
    const isCut = !reply.truncated && ((octets[2] ?? 0) & TC) !== 0;
    const parts = answerParts(octets);
    if (parts.questionLength !== key.length || !endsAsAsked(octets, key)) return;
    const isCompressed = octets.length !== plainLength;
    const plan = reply.validity.shuffled
      ? shufflePlan(reply, { parts, isCompressed, isCut })
      : ({ kind: 'none' } as const);
    const validity = dependingOn(reply.validity, this.#generations, block.generations);
    if (plan === undefined || validity === undefined) return;
    const limit = sizeLimit(query, reply);
    (key.hasCapitals ? this.#capitals : this.#plain).remember(key, question, 0, {
      octets,
      parts,
      validity,
      recorders,
      plan,
      payloadLimit: reply.payloadLimit ?? NO_LIMIT,
      leastLimit: isCut ? limit : octets.length,
      mostLimit: isCut ? limit : mostLimit(query, reply, isCompressed ? plainLength : 0),
      now,
    });
  }
}

/**
 * The largest size for which the answer goes out as it did for this query: what is compressed only because it would not fit otherwise has another form where
 * there is room. `plainLength`: octets without compression; 0 if it is not compressed.
 */
function mostLimit(query: Query, reply: Reply, plainLength: number): number {
  const most = compressAbove(query);
  if (plainLength === 0 || plainLength > most) return NO_LIMIT;
  // What came as octets leaves as octets, whatever the size.
  const asCame =
    reply instanceof WireReply && reply.octetsFor(query, Math.min(sizeLimit(query, reply), most)) !== undefined;
  return asCame ? NO_LIMIT : plainLength - 1;
}

/** The path of the query, see PATH. */
export function pathOf(query: Query): number {
  return (addressFamily(query.client) === 2 ? PATH.IPV6 : 0) | (isDatagram(query) ? 0 : PATH.STREAM);
}

/** The answer goes out with the client's own question: it has to be the one that it was made for, letter by letter. */
function repeatsQuestion({ question }: Query, reply: Reply): boolean {
  const { name, type } = reply.question;
  return (
    reply.question === question ||
    (type === question.type &&
      reply.question.class === question.class &&
      Buffer.compare(name.wire, question.name.wire) === 0)
  );
}

/** An OPT record of the answer is the last one and has no options, for its payload size is patched there. */
function endsAsAsked(octets: Uint8Array, { bits }: QuestionKey): boolean {
  const opt = octets.length - OPT_LENGTH;
  return !hasEdns(bits) || (octets[opt] === 0 && octets[opt + 2] === 41 && octets[opt + 10] === 0);
}

/** The recorders of the reply and of all who look at the answers of the block; undefined if one wants to see each of them. */
function recordersOf(query: Query, reply: Reply, { instances }: Block): readonly Recorder[] | undefined {
  const recorders = [...(reply.validity?.recorders ?? [])];
  for (const { instance } of instances) {
    if (instance.observe === undefined) continue;
    const recorder = instance.recorder?.(query, reply) ?? 'pass';
    if (recorder === 'pass') return undefined;
    if (recorder !== 'nothing') recorders.push(recorder);
  }
  return recorders;
}
