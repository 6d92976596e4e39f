import type { FaultState } from './fault-state.ts';
import type { Listener } from './listeners.ts';
import type { Storage } from './storage.ts';

/** The faults that tests switch on. */
export class Faults {
  readonly #state: FaultState;
  readonly #listeners: readonly Listener[];
  readonly #storage: Storage;

  constructor(state: FaultState, listeners: readonly Listener[], storage: Storage) {
    this.#state = state;
    this.#listeners = listeners;
    this.#storage = storage;
  }

  /** From now on connections are refused; those that are open are dropped. */
  async refuse(): Promise<void> {
    this.#state.mode = 'refused';
    await Promise.all(this.#listeners.map((listener) => listener.close()));
  }

  /** From now on connections are accepted, but nothing is answered and no watch goes on. */
  async hang(): Promise<void> {
    this.#state.mode = 'hanging';
    await this.#open();
  }

  /** Ends `refuse` and `hang`; whoever was left hanging is disconnected. */
  async up(): Promise<void> {
    if (this.#state.mode === 'hanging') this.cut();
    this.#state.mode = 'up';
    await this.#open();
  }

  /** Drops every connection, once. */
  cut(): void {
    for (const listener of this.#listeners) listener.cut();
  }

  /** Forgets old versions: a watch or a page from one of them is answered 410. */
  compact(): void {
    this.#storage.compact();
  }

  /** The next requests are answered 429. */
  overload(requests: number, retryAfterSeconds = 1): void {
    this.#state.overload(requests, retryAfterSeconds);
  }

  /** Holds back every answer for so many milliseconds. */
  delay(milliseconds: number): void {
    this.#state.delay = milliseconds;
  }

  /** No fault is left, and nobody is connected. */
  async clear(): Promise<void> {
    this.cut();
    this.delay(0);
    this.overload(0);
    await this.up();
  }

  async #open(): Promise<void> {
    for (const listener of this.#listeners) if (!listener.isOpen) await listener.open();
  }
}
