import { randomFillSync } from 'node:crypto';

/** Drawing many at a time makes each cost next to nothing. */
const DRAWN_AT_ONCE = 4096;

/** Numbers from 0 to 65535 that nobody can foresee (RFC 5452 §4.3). */
export function randomIds(): () => number {
  const ids = new Uint16Array(DRAWN_AT_ONCE);
  let next = ids.length;
  return () => {
    if (next === ids.length) {
      randomFillSync(ids);
      next = 0;
    }
    return ids[next++] ?? 0;
  };
}
