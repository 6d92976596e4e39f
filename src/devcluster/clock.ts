/** Time, handed in so that tests can say what it is. */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  readonly now: () => number;
}
