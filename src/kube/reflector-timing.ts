/** How long a reflector waits, all in milliseconds. */
export interface ReflectorTiming {
  /** First and longest wait after failures, and how long without one resets them. */
  readonly initialWait: number;
  readonly maximumWait: number;
  readonly resetAfter: number;
  /** A list request is given up after so long without a byte. */
  readonly listSilence: number;
  /** A streamed list is given up, and asked for in pages, after so long without a byte. */
  readonly streamSilence: number;
  /** A watch is rebuilt after so long without a byte. */
  readonly watchSilence: number;
  /** A watch that ended sooner, and said nothing, has failed. Also the least time between two tries without a wait. */
  readonly shortWatch: number;
  /** About how often a list is compared with what is stored while nothing is wrong. */
  readonly relistInterval: number;
}

export const DEFAULT_TIMING: ReflectorTiming = {
  // The client library of CoreDNS waits 0.8 s, doubles up to 30 s, and forgets after 2 min.
  initialWait: 800,
  maximumWait: 30_000,
  resetAfter: 120_000,
  // The API server itself ends a request that takes over 60 s, with an answer.
  listSilence: 70_000,
  // A server that has to wait for its cache to become new enough waits for 3 s, then refuses.
  streamSilence: 10_000,
  // Bookmarks come about each minute: three of them are missing.
  watchSilence: 190_000,
  shortWatch: 1000,
  // A list comes from the server's memory, and what is stored already is not even decoded: far below a second of one
  // core for 20,000 objects. Twice an hour bounds how long a lost event can be wrong.
  relistInterval: 30 * 60_000,
};
