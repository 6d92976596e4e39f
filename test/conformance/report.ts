/** How a case came out. */
export type Outcome = 'passed' | 'different' | 'pending' | 'failed';

const OUTCOMES: readonly Outcome[] = ['passed', 'different', 'pending', 'failed'];

/** Counts outcomes by folder. */
export class Report {
  readonly #folders = new Map<string, Map<Outcome, number>>();

  count(folder: string, outcome: Outcome): void {
    const counts = this.#folders.get(folder) ?? new Map<Outcome, number>();
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    this.#folders.set(folder, counts);
  }

  /** A table with a line for each folder and one for all; empty when nothing was counted. */
  print(): string {
    if (this.#folders.size === 0) return '';
    const total = new Map<Outcome, number>();
    const rows = [...this.#folders].toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const [, counts] of rows) {
      for (const [outcome, count] of counts) total.set(outcome, (total.get(outcome) ?? 0) + count);
    }
    const lines = [...rows, ['all', total] as const].map(
      ([folder, counts]) =>
        folder.padEnd(16) + OUTCOMES.map((name) => String(counts.get(name) ?? '').padStart(10)).join(''),
    );
    return `${''.padEnd(16)}${OUTCOMES.map((name) => name.padStart(10)).join('')}\n${lines.join('\n')}\n`;
  }
}
