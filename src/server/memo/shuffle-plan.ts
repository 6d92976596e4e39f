import type { ResourceRecord } from '../../dns/message.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { TYPE } from '../../dns/types.ts';
import type { Reply } from '../../plugin-api/reply.ts';
import type { AnswerParts, RecordSpan } from './answer-parts.ts';

/**
 * How the records of a remembered answer change places: each answer gets its addresses, and its MX records, in another order, as plugin
 * loadbalance would have arranged them.
 */
export type ShufflePlan =
  | { readonly kind: 'none' }
  /** The addresses alone change places: their records are alike but for them. All there are, though the answer may be cut. */
  | {
      readonly kind: 'addresses';
      readonly first: number;
      readonly stride: number;
      readonly shown: number;
      readonly pool: Uint8Array;
      readonly size: 4 | 16;
    }
  /** Whole records change places; runs of offsets, each with the end of its last record. */
  | { readonly kind: 'records'; readonly runs: readonly (readonly number[])[] };

const NONE: ShufflePlan = { kind: 'none' };

/** The plan for `reply` in its encoded form; undefined for one that cannot be shuffled as octets. */
export function shufflePlan(
  reply: Reply,
  encoded: { readonly parts: AnswerParts; readonly isCompressed: boolean; readonly isCut: boolean },
): ShufflePlan | undefined {
  const { parts, isCompressed, isCut } = encoded;
  const sections = [reply.answers, reply.authorities, reply.additionals];
  if (sections.every((records) => countMovable(records) < 2)) return NONE;
  if (sections.slice(1).every((records) => countMovable(records) < 2)) {
    const plan = addressPlan(reply.answers, parts);
    if (plan !== undefined) return plan;
  }
  // Pointers may lead into records, and a cut answer lacks some.
  if (isCompressed || isCut) return undefined;
  const runs = parts.sections.flatMap((spans) => [run(spans, isAddress), run(spans, isExchange)]);
  return { kind: 'records', runs: runs.filter((offsets) => offsets.length > 2) };
}

function countMovable(records: readonly ResourceRecord[]): number {
  let addresses = 0;
  let exchanges = 0;
  for (const { type } of records) {
    if (isAddress(type)) addresses++;
    else if (isExchange(type)) exchanges++;
  }
  return Math.max(addresses, exchanges);
}

function addressPlan(records: readonly ResourceRecord[], parts: AnswerParts): ShufflePlan | undefined {
  const movable = records.filter(({ type }) => isAddress(type) || isExchange(type));
  const [model] = movable;
  if (model === undefined || isExchange(model.type)) return undefined;
  const alike = movable.every(({ type, ttl, class: recordClass, name }) => {
    return type === model.type && ttl === model.ttl && recordClass === model.class && name.text === model.name.text;
  });
  const spans = (parts.sections[0] ?? []).filter(({ type }) => type === model.type);
  const [first, second] = spans;
  if (!alike || first === undefined) return undefined;
  const stride = second === undefined ? 0 : second.data - first.data;
  const size = model.type === TYPE.A ? 4 : 16;
  if (!spans.every((span, i) => span.data === first.data + i * stride)) return undefined;
  const pool = new Uint8Array(movable.length * size);
  for (const [i, record] of movable.entries()) {
    if (A.is(record) || AAAA.is(record)) pool.set(record.data.address, i * size);
  }
  return { kind: 'addresses', first: first.data, stride, shown: spans.length, pool, size };
}

/** The starts of the records of a kind and the end of the last; they stand together, as the plugin has arranged them. */
function run(spans: readonly RecordSpan[], belongs: (type: number) => boolean): readonly number[] {
  const members = spans.filter(({ type }) => belongs(type));
  const last = members.at(-1);
  return last === undefined ? [] : [...members.map(({ start }) => start), last.end];
}

function isAddress(type: number): boolean {
  return type === TYPE.A || type === TYPE.AAAA;
}

function isExchange(type: number): boolean {
  return type === TYPE.MX;
}
