/** What an AgeList links; both are the list's own. */
export interface Aged<T> {
  older: T | undefined;
  newer: T | undefined;
}

/** Items in the order in which they came. They are the links themselves, so that to come and to go makes nothing. An item is in one list at most. */
export class AgeList<T extends Aged<T>> {
  #oldest: T | undefined;
  #newest: T | undefined;

  get oldest(): T | undefined {
    return this.#oldest;
  }

  /** Adds an item that is in no list, as the newest. */
  add(item: T): void {
    item.older = this.#newest;
    if (this.#newest === undefined) this.#oldest = item;
    else this.#newest.newer = item;
    this.#newest = item;
  }

  /** Takes out an item that is in. */
  delete(item: T): void {
    const { older, newer } = item;
    if (older === undefined) this.#oldest = newer;
    else older.newer = newer;
    if (newer === undefined) this.#newest = older;
    else newer.older = older;
    item.older = undefined;
    item.newer = undefined;
  }
}
