/** The words that every remembered answer begins with. After them: pairs of slot and counter, numbers of recorders, the question, the records, … */
export const WORD = {
  BITS: 0,
  KEY_LENGTH: 1,
  TAIL_LENGTH: 2,
  IS_CHANGING: 3,
  // Two words each, on an even place.
  UNTIL: 4,
  COUNTS_DOWN_FROM: 6,
  FLAGS_AND_QUESTIONS: 8,
  ANSWERS_AND_AUTHORITIES: 9,
  ADDITIONALS: 10,
  LEAST_LIMIT: 11,
  MOST_LIMIT: 12,
  AGE: 13,
  KEY_AT: 14,
  TAIL_AT: 15,
  NUMBERS_AT: 16,
  NUMBER_COUNT: 17,
  POOL_AT: 18,
  POOL_LENGTH: 19,
  SHUFFLE: 20,
  SERIAL_AT: 21,
  SERIAL_SLOT: 22,
  SLOT_COUNT: 23,
  RECORDER_COUNT: 24,
  PAYLOAD_LIMIT: 25,
  /** Words of the whole answer. */
  SIZE: 26,
  HASH: 27,
  HAS_CAPITALS: 28,
} as const;
/** Even, as are the words of all answers together: times stand in them. */
export const WORDS = 30;

/** Numbers after the octets of an answer; offsets in messages have 16 bits. */
export const MAXIMUM_NUMBERS = 4096;

/** How the records change places from answer to answer. */
export const SHUFFLE = { NONE: 0, IPV4: 1, IPV6: 2, RECORDS: 3 } as const;

/** Whole seconds since `from`. */
export function ageAt(now: number, from: number): number {
  return Math.floor((now - from) / 1000);
}
