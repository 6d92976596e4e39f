/** Which plugins of a configuration are not ready yet. A name stands for one plugin: the last one added. */
export class Readiness {
  /** Ask plugins again that were ready once. */
  continuously = false;
  readonly #checks = new Map<string, () => boolean>();
  readonly #passed = new Set<string>();

  add(name: string, check: () => boolean): void {
    this.#checks.set(name, check);
  }

  /** Names in alphabetical order; empty when all are ready. */
  waitingFor(): string[] {
    const waiting: string[] = [];
    for (const [name, check] of this.#checks) {
      if (this.#passed.has(name) && !this.continuously) continue;
      if (check()) this.#passed.add(name);
      else waiting.push(name);
    }
    return waiting.toSorted();
  }
}
