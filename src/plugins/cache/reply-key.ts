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
  let hash = mixed(mixed(seed, kind), question.class);
  for (let i = 0; i < name.length; i++) hash = mixed(hash, lower(name[i] ?? 0));
  return { name, kind, class: question.class, hash: hash === 0 ? 1 : hash };
}

/** Does the name stand at `start` of `octets`, in whatever letter case? */
export function isNameAt(octets: Uint8Array, start: number, name: Uint8Array): boolean {
  for (let i = 0; i < name.length; i++) {
    const [ours = 0, theirs = 0] = [octets[start + i], name[i]];
    if (ours !== theirs && lower(ours) !== lower(theirs)) return false;
  }
  return true;
}

function mixed(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, 0x0100_0193);
  return product ^ (product >>> 15);
}

/** Length octets are at most 63, below the letters, so they need no special care. */
function lower(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}
