/** With few bits set, as FNV's prime has, numbered names would often share a hash. */
const MULTIPLIER = 0x85eb_ca6b;

/** The octet, a capital letter as a small one: names are compared so (RFC 4343 §3). */
export function smallLetter(octet: number): number {
  return octet >= 0x41 && octet <= 0x5a ? octet | 0x20 : octet;
}

/** The top bit of each of the four octets that is between A and Z: the top bits of octets from A on, but not those from [ on and above 127. */
export function capitalsIn(word: number): number {
  const low = word & 0x7f7f_7f7f;
  return (low + 0x3f3f_3f3f) & ~(low + 0x2525_2525) & ~word & 0x8080_8080;
}

/** Are these octets of the two the same name, or part of one, whatever the letter case? */
export function isSameName(a: Uint8Array, startOfA: number, b: Uint8Array, startOfB: number, length: number): boolean {
  for (let i = 0; i < length; i++) {
    const [ours = 0, theirs = 0] = [a[startOfA + i], b[startOfB + i]];
    if (ours !== theirs && smallLetter(ours) !== smallLetter(theirs)) return false;
  }
  return true;
}

/**
 * A hash of a name in wire form, 32 bits, the same for every letter case. Where the names are others' to choose the table should have a `seed` that they do not
 * know, lest they choose names with one hash.
 */
export function hashName(name: Uint8Array, seed: number): number {
  const { length } = name;
  let hash = mixed(seed, length);
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    const word = (name[i] ?? 0) | ((name[i + 1] ?? 0) << 8) | ((name[i + 2] ?? 0) << 16) | ((name[i + 3] ?? 0) << 24);
    hash = mixed(hash, word | (capitalsIn(word) >>> 2));
  }
  for (; i < length; i++) hash = mixed(hash, smallLetter(name[i] ?? 0));
  return hash;
}

/** The hash of what `hash` stands for and a number besides. */
export function mixed(hash: number, value: number): number {
  const product = Math.imul(hash ^ value, MULTIPLIER);
  return product ^ (product >>> 15);
}
