import type { TemplateToken } from './lexer.ts';
import { TemplateError } from './value.ts';

/** The words of one action. */
export class Action {
  readonly #tokens: readonly TemplateToken[];
  #at = 0;

  constructor(tokens: readonly TemplateToken[]) {
    this.#tokens = tokens;
  }

  peek(): TemplateToken | undefined {
    return this.#tokens[this.#at];
  }

  next(): TemplateToken | undefined {
    return this.#tokens[this.#at++];
  }

  sees(name: string): boolean {
    const token = this.peek();
    return token?.kind === 'name' && token.text === name;
  }

  takeName(name: string): boolean {
    if (!this.sees(name)) return false;
    this.#at++;
    return true;
  }

  take(operator: string): boolean {
    const token = this.peek();
    if (token?.kind !== 'operator' || token.text !== operator) return false;
    this.#at++;
    return true;
  }

  /** `$a :=`, `$a, $b :=`, `$a =`. */
  takeTargets(most: number): { variables: readonly string[]; declares: boolean } | undefined {
    const start = this.#at;
    const variables: string[] = [];
    while (this.peek()?.kind === 'variable' && variables.length < most) {
      variables.push(this.next()?.text ?? '');
      if (this.take(':=')) return { variables, declares: true };
      if (this.take('=')) return { variables, declares: false };
      if (!this.take(',')) break;
    }
    this.#at = start;
    return undefined;
  }

  /** Throws unless all words have been read. */
  finish(): void {
    const token = this.peek();
    if (token !== undefined) throw new TemplateError(`unexpected "${token.text}"`);
  }
}
