/** How exact the wheel is, in milliseconds: a hundredth of the shortest time limits that people set. */
const TICK = 10;

/** Something that ends at a time unless it is taken off the wheel before. It is its own list entry, so that a query costs no timer. */
export abstract class Deadline {
  /** The wheel's own. */
  previous: Deadline | undefined;
  /** The wheel's own. */
  next: Deadline | undefined;

  /** Is it on a wheel? */
  get waiting(): boolean {
    return this.previous !== undefined;
  }

  /** Its time has come; it is off the wheel. */
  abstract expire(): void;
}

/** The end of the list of one tick. */
class Bucket extends Deadline {
  expire(): void {}
}

/**
 * Many deadlines with one timer, which runs only while there are any. Deadlines end up to a tick late and never early. After a pause of the process what had
 * come from the network by then has its turn before them: nobody is taken for silent whose answer is there.
 */
export class TimingWheel {
  /** By the number of the tick. */
  readonly #buckets = new Map<number, Bucket>();
  readonly #now: () => number;
  #lastTick = 0;
  #timer: NodeJS.Timeout | undefined;
  /** Deadlines on the wheel: with none it keeps no process alive. */
  #count = 0;

  /** `now`: milliseconds that only grow. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Lets `deadline` expire after so many milliseconds, from `now` on; where it was on a wheel it is no more. */
  add(deadline: Deadline, milliseconds: number, now: number = this.#now()): void {
    this.remove(deadline);
    if (this.#timer === undefined) {
      this.#lastTick = Math.floor(now / TICK);
      this.#timer = setInterval(() => setImmediate(this.#run), TICK);
    }
    if (this.#count++ === 0) this.#timer.ref();
    const tick = Math.max(Math.ceil((now + milliseconds) / TICK), this.#lastTick + 1);
    let bucket = this.#buckets.get(tick);
    if (bucket === undefined) {
      bucket = new Bucket();
      bucket.previous = bucket;
      bucket.next = bucket;
      this.#buckets.set(tick, bucket);
    }
    const last = bucket.previous ?? bucket;
    deadline.previous = last;
    deadline.next = bucket;
    last.next = deadline;
    bucket.previous = deadline;
  }

  /** Does nothing if it is on none. */
  remove(deadline: Deadline): void {
    const { previous, next } = deadline;
    if (previous === undefined || next === undefined) return;
    previous.next = next;
    next.previous = previous;
    deadline.previous = undefined;
    deadline.next = undefined;
    if (--this.#count === 0) this.#timer?.unref();
  }

  readonly #run = (): void => {
    const present = Math.floor(this.#now() / TICK);
    // After a long pause there are more ticks than buckets.
    if (present - this.#lastTick > this.#buckets.size) {
      const due = [...this.#buckets.keys()].filter((tick) => tick <= present).toSorted((a, b) => a - b);
      this.#lastTick = present;
      for (const tick of due) this.#empty(tick);
    } else {
      while (this.#lastTick < present) this.#empty(++this.#lastTick);
    }
    if (this.#buckets.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  };

  #empty(tick: number): void {
    const bucket = this.#buckets.get(tick);
    if (bucket === undefined) return;
    this.#buckets.delete(tick);
    for (let first = bucket.next; first !== undefined && first !== bucket; first = bucket.next) {
      this.remove(first);
      first.expire();
    }
  }
}
