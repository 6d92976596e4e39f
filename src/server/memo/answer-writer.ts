import { encodedLength } from '../../dns/encode.ts';
import type { Generations } from '../../plugin-api/generations.ts';
import { addressFamily, isDatagram, type Query } from '../../plugin-api/query.ts';
import type { Reply } from '../../plugin-api/reply.ts';
import { dependingOn, type Recorder } from '../../plugin-api/validity.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';
import { allocateWireArea, type WireArea } from '../../transport/wire-area.ts';
import type { Block } from '../block.ts';
import { compressAbove, sizeLimit, toClientMessage } from '../respond.ts';
import { AnswerImage } from './answer-image.ts';
import { answerParts } from './answer-parts.ts';
import { Doorkeeper } from './doorkeeper.ts';
import { hasEdns, LONGEST_QUESTION, OPT_LENGTH, PATH, QuestionKey } from './question-key.ts';
import type { RecorderList } from './recorder-list.ts';
import { shufflePlan } from './shuffle-plan.ts';

/** The TC flag, in the third octet of a message. */
const TC = 0x02;
/** More than any client takes. */
const NO_LIMIT = 0x7fff_ffff;

/** Decides which answers may be remembered, and for whom, and puts them in the form that all memories of a service keep. */
export class AnswerWriter {
  readonly #key = new QuestionKey();
  readonly #door = new Doorkeeper();
  readonly #image = new AnswerImage();
  readonly #question: WireArea = allocateWireArea(LONGEST_QUESTION);
  readonly #generations: Generations;
  readonly #recorders: RecorderList;

  constructor(generations: Generations, recorders: RecorderList) {
    this.#generations = generations;
    this.#recorders = recorders;
  }

  /**
   * The answer as a memory keeps it, where it holds for other queries too and the question has come before; until the next call. `request` and `octets`: both messages on the wire.
   */
  write(
    query: Query,
    request: Uint8Array,
    reply: Reply,
    octets: Uint8Array,
    block: Block,
    now: number,
  ): Int32Array | undefined {
    if (reply.validity === undefined || reply.error !== undefined || !repeatsQuestion(query, reply)) return undefined;
    const recorders = recordersOf(query, reply, block);
    if (recorders === undefined || request.length > LONGEST_QUESTION) return undefined;
    const key = this.#key;
    const question = this.#question;
    question.bytes.set(request);
    if (!key.read(question, 0, request.length, pathOf(query)) || !this.#door.admits(key.hash)) return undefined;
    const plainLength = encodedLength(toClientMessage(query, reply));
    const isCut = !reply.truncated && ((octets[2] ?? 0) & TC) !== 0;
    const parts = answerParts(octets);
    if (parts.questionLength !== key.length || !endsAsAsked(octets, key)) return undefined;
    const isCompressed = octets.length !== plainLength;
    const plan = reply.validity.shuffled
      ? shufflePlan(reply, { parts, isCompressed, isCut })
      : ({ kind: 'none' } as const);
    const validity = dependingOn(reply.validity, this.#generations, block.generations);
    if (plan === undefined || validity === undefined) return undefined;
    const limit = sizeLimit(query, reply);
    return this.#image.write(key, question, 0, {
      octets,
      parts,
      validity,
      recorders: recorders.map((recorder) => this.#recorders.idOf(recorder)),
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
