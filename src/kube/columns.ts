/** Copies a column into a longer one. */
export function grown<T extends Uint8Array | Uint16Array | Uint32Array | Float64Array>(column: T, longer: T): T {
  longer.set(column);
  return longer;
}

/** FNV-1a over a number and octets, all or from `start` to `end`: 32 bits, unsigned. */
export function hashOf(number: number, octets: Uint8Array, start = 0, end: number = octets.length): number {
  let hash = Math.imul(0x81_1c_9d_c5 ^ number, 0x01_00_01_93);
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ (octets[i] ?? 0), 0x01_00_01_93);
  return hash >>> 0;
}
