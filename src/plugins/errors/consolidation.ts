import { printDuration } from '../../corefile/duration.ts';
import type { Logger, LogLevel } from '../../log/logger.ts';

/** Errors to be counted instead of logged one by one. */
export interface Rule {
  /** Milliseconds. */
  readonly period: number;
  /** As written, for the summary. */
  readonly pattern: string;
  readonly regexp: RegExp;
  readonly level: Exclude<LogLevel, 'fatal'>;
  readonly showFirst: boolean;
}

/** Counts errors of one rule; a period begins with its first error and ends with one line about all. */
export class Consolidation {
  readonly #rule: Rule;
  readonly #logger: Logger;
  #count = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(rule: Rule, logger: Logger) {
    this.#rule = rule;
    this.#logger = logger;
  }

  matches(text: string): boolean {
    return this.#rule.regexp.test(text);
  }

  count(line: string): void {
    this.#count++;
    if (this.#count > 1) return;
    if (this.#rule.showFirst) this.#logger[this.#rule.level](line);
    this.#timer = setTimeout(() => this.flush(), this.#rule.period);
    this.#timer.unref();
  }

  /** Tells what was counted so far. */
  flush(): void {
    clearTimeout(this.#timer);
    const count = this.#count;
    this.#count = 0;
    if (count === 0 || (this.#rule.showFirst && count === 1)) return;
    const period = printDuration(this.#rule.period);
    this.#logger[this.#rule.level](`${count} errors like '${this.#rule.pattern}' occurred in last ${period}`);
  }
}
