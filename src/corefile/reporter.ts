import type { CorefileProblemCode } from './corefile-problems.ts';
import type { Place } from './place.ts';
import type { Problem } from './problem.ts';

/** Collects problems. What a snippet or a file has wrong is said once, however often it is imported. */
export class Reporter {
  readonly #problems = new Map<string, Problem>();

  error(code: CorefileProblemCode, message: string, place: Place, hint?: string): void {
    this.#add('error', code, message, place, hint);
  }

  warning(code: CorefileProblemCode, message: string, place: Place, hint?: string): void {
    this.#add('warning', code, message, place, hint);
  }

  take(problems: readonly Problem[]): void {
    for (const problem of problems) this.#problems.set(identity(problem), problem);
  }

  get problems(): readonly Problem[] {
    return [...this.#problems.values()];
  }

  #add(
    severity: Problem['severity'],
    code: CorefileProblemCode,
    message: string,
    place: Place,
    hint: string | undefined,
  ): void {
    this.take([{ severity, code, message, place, ...(hint === undefined ? {} : { hint }) }]);
  }
}

function identity({ code, message, place }: Problem): string {
  return JSON.stringify([code, place.file, place.line, place.column, message]);
}
