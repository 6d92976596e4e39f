/** Keeps count of answers that came from memory, for the recorders that their plugins gave them. */
export interface Notes {
  /** Notes a request of `size` octets for the `count` recorders whose numbers stand at `at` of `words`. */
  note(words: Int32Array, at: number, count: number, size: number): void;
  /** What was noted since the last call has taken so long. */
  settle(milliseconds: number): void;
}
