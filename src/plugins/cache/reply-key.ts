import { hashName, mixed } from '../../dns/letter-case.ts';
import type { Query } from '../../plugin-api/query.ts';

/** What replies differ by. */
export interface ReplyKey {
  /** The wire form of the name, in whatever letter case. */
  readonly name: Uint8Array;
  /** The type, and the DO and CD bits. */
  readonly kind: number;
  readonly class: number;
  /** Equal for equal keys, and not 0. */
  readonly hash: number;
}

/** `seed`: nobody else's to know, lest names be made that share one hash. */
export function keyOf({ question, message }: Query, seed: number): ReplyKey {
  const name = question.name.wire;
  const kind = question.type * 4 + (message.edns?.dnssecOk === true ? 2 : 0) + (message.checkingDisabled ? 1 : 0);
  const hash = hashName(name, mixed(mixed(seed, kind), question.class));
  return { name, kind, class: question.class, hash: hash === 0 ? 1 : hash };
}
