/** A value that is there, or one that is not there yet. */
export type Eventual<T> = T | Later<T>;

/** Waits for a value: one of the two is called, once. Neither may throw: they run inside whatever brought the value, such as a socket's turn. */
export interface Waiting<T> {
  there(value: T): void;
  failed(error: unknown): void;
}

/**
 * A value that is not there yet. Unlike a promise it tells those who wait at once, in the call that brings the value, and takes no turn of the event loop for
 * each of them: a reply passes ten plugins on its way out. Go on with one by `whenThere`; `await` works too, where speed does not matter.
 */
export class Later<T> implements PromiseLike<T> {
  #state: 'waiting' | 'there' | 'failed' = 'waiting';
  #value: T | undefined;
  #error: unknown;
  #waiting: Waiting<T> | undefined;

  /** What is promised, for those who go on with it. */
  static from<T>(promise: PromiseLike<T>): Later<T> {
    const later = new Later<T>();
    promise.then(
      (value) => later.settle(value),
      (error: unknown) => later.fail(error),
    );
    return later;
  }

  /** The value is there, or is that other one. Does nothing if it was there before, or has failed. */
  settle(value: Eventual<T>): void {
    if (this.#state !== 'waiting') return;
    if (isLater(value)) {
      value.tell({ there: (own) => this.settle(own), failed: (error) => this.fail(error) });
      return;
    }
    this.#state = 'there';
    this.#value = value;
    this.#waiting?.there(value);
    this.#waiting = undefined;
  }

  /** There will be no value. Does nothing if there is one, or this is known. */
  fail(error: unknown): void {
    if (this.#state !== 'waiting') return;
    this.#state = 'failed';
    this.#error = error;
    this.#waiting?.failed(error);
    this.#waiting = undefined;
  }

  /** Tells `waiting` as soon as there is something to tell: now, if there is already. */
  tell(waiting: Waiting<T>): void {
    if (this.#state === 'waiting') {
      this.#waiting = this.#waiting === undefined ? waiting : bothOf(this.#waiting, waiting);
    } else if (this.#state === 'failed') {
      waiting.failed(this.#error);
    } else {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- it has been settled, and T may have undefined among its values
      waiting.there(this.#value as T);
    }
  }

  /** `continued`, which gets to know the value. */
  continuedBy<U>(continued: Continued<T, U>): Later<U> {
    this.tell(continued);
    return continued;
  }

  /** For `await`. */
  // oxlint-disable-next-line unicorn/no-thenable -- it is meant to be one
  then<A = T, B = never>(
    use?: ((value: T) => A | PromiseLike<A>) | null,
    recover?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    this.tell({ there: resolve, failed: reject });
    return promise.then(use, recover);
  }
}

/**
 * What comes of a value that comes later. Where it is made for each query, a class of its own with what it has to know is less to allocate than a function
 * that remembers it.
 */
export abstract class Continued<T, U> extends Later<U> implements Waiting<T> {
  /** What it throws is the failure of this. */
  protected abstract use(value: T): Eventual<U>;

  /** As `use`, for a failure; the same failure goes on unless this does something else. */
  protected recover(error: unknown): Eventual<U> {
    throw error;
  }

  there(value: T): void {
    let made: Eventual<U>;
    try {
      made = this.use(value);
    } catch (error) {
      this.fail(error);
      return;
    }
    this.settle(made);
  }

  failed(error: unknown): void {
    let made: Eventual<U>;
    try {
      made = this.recover(error);
    } catch (failure) {
      this.fail(failure);
      return;
    }
    this.settle(made);
  }
}

/** What functions make of a value. */
class ContinuedBy<T, U> extends Continued<T, U> {
  readonly #use: (value: T) => Eventual<U>;
  readonly #recover: ((error: unknown) => Eventual<U>) | undefined;

  constructor(use: (value: T) => Eventual<U>, recover: ((error: unknown) => Eventual<U>) | undefined) {
    super();
    this.#use = use;
    this.#recover = recover;
  }

  protected use(value: T): Eventual<U> {
    return this.#use(value);
  }

  protected override recover(error: unknown): Eventual<U> {
    return this.#recover === undefined ? super.recover(error) : this.#recover(error);
  }
}

export function isLater<T>(value: Eventual<T>): value is Later<T> {
  return value instanceof Later;
}

/**
 * `use` applied to the value, now if it is there, later if it is not. Without `recover` a failure goes on to those who wait for the result; so does what `use`
 * or `recover` throws later.
 */
export function whenThere<T, U>(
  value: Eventual<T>,
  use: (value: T) => Eventual<U>,
  recover?: (error: unknown) => Eventual<U>,
): Eventual<U> {
  if (!isLater(value)) return use(value);
  return value.continuedBy(new ContinuedBy(use, recover));
}

/** All values, now if all are there. */
export function whenAllThere<T>(values: readonly Eventual<T>[]): Eventual<readonly T[]> {
  const there: T[] = [];
  for (const value of values) {
    if (isLater(value)) return Later.from(Promise.all(values));
    there.push(value);
  }
  return there;
}

function bothOf<T>(first: Waiting<T>, second: Waiting<T>): Waiting<T> {
  return {
    there(value) {
      first.there(value);
      second.there(value);
    },
    failed(error) {
      first.failed(error);
      second.failed(error);
    },
  };
}
