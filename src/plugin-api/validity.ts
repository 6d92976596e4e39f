import type { Generations } from './generations.ts';

/** Counts a query that got a remembered answer, as if it had passed the plugins. */
export interface Recorder {
  /** `size`: octets of the request; `milliseconds`: from its arrival to its answer. */
  record(size: number, milliseconds: number): void;
}

/**
 * How long a reply holds, so that the server may remember it: for the same question, until its time is up or the counter of one of
 * its slots has moved. A plugin gives it to replies made from nothing but the question and the data behind the slots. Plugins that hand on a reply
 * keep it (`changeReply` does); the chain takes it away where a plugin looked at more than the question.
 */
export interface Validity {
  /** Milliseconds of the monotonic clock; Infinity where only changes end it. */
  readonly until: number;
  /** From when on TTLs count down, in milliseconds of the monotonic clock; undefined for TTLs that stay. */
  readonly countsDownFrom: number | undefined;
  /** What the reply was made from, and the counters as they were before it was made. */
  readonly slots: readonly number[];
  readonly counters: readonly number[];
  /** The slot (Generations) with the serial of the SOA record in the reply: that is patched on the way out. Undefined: it stays. */
  readonly serialSlot: number | undefined;
  /** Are addresses and MX records to be in another order in each answer? */
  readonly shuffled: boolean;
  readonly recorders: readonly Recorder[];
}

const NO_RECORDERS: readonly Recorder[] = [];

/** The validity of a reply made from what the slots stand for as it is now. */
export function validWhile(generations: Generations, slots: readonly number[], serialSlot?: number): Validity {
  return {
    until: Infinity,
    countsDownFrom: undefined,
    slots,
    counters: slots.map((slot) => generations.at(slot)),
    serialSlot,
    shuffled: false,
    recorders: NO_RECORDERS,
  };
}

/** The validity with further slots, as their counters are now. */
export function dependingOn(
  validity: Validity | undefined,
  generations: Generations,
  slots: readonly number[],
): Validity | undefined {
  if (validity === undefined || slots.length === 0) return validity;
  return {
    ...validity,
    slots: [...validity.slots, ...slots],
    counters: [...validity.counters, ...slots.map((slot) => generations.at(slot))],
  };
}

/** The validity with one more recorder. */
export function recordedBy(validity: Validity | undefined, recorder: Recorder): Validity | undefined {
  return validity === undefined ? undefined : { ...validity, recorders: [...validity.recorders, recorder] };
}
