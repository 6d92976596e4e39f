import type { ExpressionToken } from './lexer.ts';
import { ExpressionError } from './value.ts';

/** The words of an expression, read from first to last. Methods that begin with `take` read a word if it is there. */
export class Words {
  readonly #tokens: readonly ExpressionToken[];
  /** The number of the next word. */
  position = 0;

  constructor(tokens: readonly ExpressionToken[]) {
    this.#tokens = tokens;
  }

  /** The word with that number. */
  at(position: number): ExpressionToken | undefined {
    return this.#tokens[position];
  }

  /** The next word. */
  get token(): ExpressionToken {
    return this.#tokens[this.position] ?? { kind: 'end', text: 'the end', number: 0, at: 0 };
  }

  sees(operator: string): boolean {
    return this.token.kind === 'operator' && this.token.text === operator;
  }

  take(operator: string): boolean {
    if (!this.sees(operator)) return false;
    this.position++;
    return true;
  }

  takeName(name: string): boolean {
    if (this.token.kind !== 'name' || this.token.text !== name) return false;
    this.position++;
    return true;
  }

  name(): string {
    const { kind, text } = this.token;
    if (kind !== 'name') throw this.unexpected();
    this.position++;
    return text;
  }

  expect(operator: string): void {
    if (!this.take(operator)) throw new ExpressionError(`"${operator}" is missing before ${this.#shown()}`);
  }

  unexpected(): ExpressionError {
    return new ExpressionError(`${this.#shown()} cannot stand here`);
  }

  #shown(): string {
    const { kind, text, at } = this.token;
    return kind === 'end' ? text : `"${text}" at character ${at + 1}`;
  }
}
