import { parseGoRegExp } from '../go-regexp.ts';
import { Complaint } from '../options.ts';
import { builtins, member } from './builtins.ts';
import { type ExpressionToken, readTokens } from './lexer.ts';
import { binaryOperators, matchText } from './operators.ts';
import { type Evaluate, predicates, type Scope } from './predicates.ts';
import { asBoolean, asNumber, ExpressionError, isList, isMap, kindOf, type Value } from './value.ts';

/** Words that cannot be the names of variables. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  'and or not in matches contains startsWith endsWith true false nil let if else'.split(' '),
);

/** Parentheses, lists and calls within one another; far more than anybody writes, far less than the stack holds. */
const MAXIMUM_DEPTH = 200;

const UNARY_NOT = 50;
const UNARY_SIGN = 90;
const POWER = 100;

/** The functions and variables that an expression may use besides the language's own. */
export interface Names {
  readonly functions: ReadonlySet<string>;
  readonly variables: ReadonlySet<string>;
}

/** Compiles an expression (https://expr-lang.org/docs/language-definition). Throws ExpressionError. */
export function compile(text: string, names: Names): Evaluate {
  return new Parser(readTokens(text), names).whole();
}

class Parser {
  readonly #tokens: readonly ExpressionToken[];
  readonly #functions: ReadonlySet<string>;
  readonly #variables: Set<string>;
  #at = 0;
  #depth = 0;
  /** How many predicates the parser stands in. */
  #predicates = 0;

  constructor(tokens: readonly ExpressionToken[], names: Names) {
    this.#tokens = tokens;
    this.#functions = names.functions;
    this.#variables = new Set(names.variables);
  }

  whole(): Evaluate {
    const evaluate = this.#sequence();
    if (this.#token.kind !== 'end') throw this.#unexpected();
    return evaluate;
  }

  /** `let x = 1; x + 1`. */
  #sequence(): Evaluate {
    return this.#nested(() => this.#variable());
  }

  #variable(): Evaluate {
    if (!this.#takeName('let')) return this.#expression();
    const name = this.#name();
    if (KEYWORDS.has(name) || builtins.has(name)) throw new ExpressionError(`"${name}" cannot be a variable`);
    this.#expect('=');
    const value = this.#expression();
    this.#expect(';');
    const isNew = !this.#variables.has(name);
    this.#variables.add(name);
    const rest = this.#sequence();
    if (isNew) this.#variables.delete(name);
    return (scope) => rest({ ...scope, variables: new Map(scope.variables).set(name, value(scope)) });
  }

  #expression(): Evaluate {
    return this.#nested(() => this.#conditional());
  }

  #conditional(): Evaluate {
    const condition = this.#binary(0);
    if (!this.#take('?')) return condition;
    const yes = this.#expression();
    this.#expect(':');
    const no = this.#expression();
    return (scope) => (asBoolean(condition(scope), '? :') ? yes(scope) : no(scope));
  }

  #binary(least: number): Evaluate {
    let left = this.#unary();
    for (;;) {
      const start = this.#at;
      const negated = this.#takeName('not');
      const word = this.#token.text;
      if (word === '|' && this.#token.kind === 'operator' && least === 0) {
        this.#at++;
        left = this.#call(this.#name(), left);
        continue;
      }
      const operator = this.#token.kind === 'string' ? undefined : binaryOperators.get(word);
      if (operator === undefined || operator.precedence < least || (negated && !operator.negatable)) {
        this.#at = start;
        return left;
      }
      this.#at++;
      const right = this.#binary(operator.precedence + (operator.precedence === POWER ? 0 : 1));
      const made = word === 'matches' ? this.#match(left, right, start) : operator.make(left, right);
      left = negated ? (scope) => !asBoolean(made(scope), 'not') : made;
    }
  }

  /** A pattern that is written out is compiled, and refused, at once. */
  #match(left: Evaluate, right: Evaluate, start: number): Evaluate {
    const token = this.#tokens[start + 1];
    if (token?.kind !== 'string' || this.#at !== start + 2) return (scope) => matchText(left(scope), right(scope));
    const pattern = parseGoRegExp(token.text);
    if (pattern instanceof Complaint) throw new ExpressionError(pattern.message);
    return (scope) => {
      const text = left(scope);
      if (typeof text !== 'string') throw new ExpressionError(`matches needs a string, not ${kindOf(text)}`);
      return pattern.test(text);
    };
  }

  #unary(): Evaluate {
    return this.#nested(() => this.#prefixed());
  }

  #prefixed(): Evaluate {
    if (this.#takeName('not') || this.#take('!')) {
      const operand = this.#binary(UNARY_NOT);
      return (scope) => !asBoolean(operand(scope), 'not');
    }
    if (this.#take('-')) {
      const operand = this.#binary(UNARY_SIGN);
      return (scope) => -asNumber(operand(scope), '-');
    }
    if (this.#take('+')) return this.#binary(UNARY_SIGN);
    return this.#postfix(this.#primary());
  }

  #primary(): Evaluate {
    const token = this.#token;
    if (token.kind === 'number' || token.kind === 'string') {
      this.#at++;
      const value = token.kind === 'number' ? token.number : token.text;
      return () => value;
    }
    if (this.#take('(')) {
      const inner = this.#sequence();
      this.#expect(')');
      return inner;
    }
    if (this.#take('[')) return this.#list();
    if (this.#take('{')) return this.#map();
    if (this.#predicates > 0 && this.#take('.')) {
      const key = this.#name();
      return (scope) => member(scope.item, key);
    }
    if (token.kind !== 'name') throw this.#unexpected();
    this.#at++;
    const { text } = token;
    if (text.startsWith('#')) return this.#element(text);
    if (text === 'true' || text === 'false') return () => text === 'true';
    if (text === 'nil') return () => null;
    if (this.#take('(')) {
      this.#at--;
      return this.#call(text);
    }
    if (!this.#variables.has(text)) throw new ExpressionError(`there is no "${text}"`);
    return (scope) => scope.variables.get(text) ?? null;
  }

  #element(name: string): Evaluate {
    if (this.#predicates === 0) throw new ExpressionError(`"${name}" stands for an element in a predicate only`);
    if (name === '#') return (scope) => scope.item;
    if (name === '#index') return (scope) => scope.index;
    if (name === '#acc') return (scope) => scope.accumulator;
    throw new ExpressionError(`there is no "${name}"`);
  }

  /** The call of `name`, at its opening parenthesis; `first` is an argument before those in parentheses. */
  #call(name: string, first?: Evaluate): Evaluate {
    this.#expect('(');
    const predicate = this.#functions.has(name) ? undefined : predicates.get(name);
    const args: Evaluate[] = first === undefined ? [] : [first];
    while (!this.#take(')')) {
      if (args.length > (first === undefined ? 0 : 1)) this.#expect(',');
      if (this.#take(')')) break;
      args.push(predicate !== undefined && args.length === 1 ? this.#predicate() : this.#expression());
    }
    if (predicate !== undefined) {
      if (args.length < predicate.least || args.length > predicate.most) throw wrongCount(name, args.length);
      return predicate.make(args);
    }
    if (this.#functions.has(name))
      return (scope) =>
        scope.call(
          name,
          args.map((arg) => arg(scope)),
        );
    const builtin = builtins.get(name);
    if (builtin === undefined) throw new ExpressionError(`there is no function "${name}"`);
    if (args.length < builtin.least || args.length > builtin.most) throw wrongCount(name, args.length);
    return (scope) => builtin.run(args.map((arg) => arg(scope)));
  }

  #predicate(): Evaluate {
    this.#predicates++;
    const braces = this.#take('{');
    const evaluate = this.#sequence();
    if (braces) this.#expect('}');
    this.#predicates--;
    return evaluate;
  }

  #list(): Evaluate {
    const items: Evaluate[] = [];
    while (!this.#take(']')) {
      if (items.length > 0) this.#expect(',');
      if (this.#take(']')) break;
      items.push(this.#expression());
    }
    return (scope) => items.map((item) => item(scope));
  }

  #map(): Evaluate {
    const entries: [key: string, value: Evaluate][] = [];
    while (!this.#take('}')) {
      if (entries.length > 0) this.#expect(',');
      if (this.#take('}')) break;
      const key = this.#token.text;
      if (this.#token.kind === 'operator' || this.#token.kind === 'end') throw this.#unexpected();
      this.#at++;
      this.#expect(':');
      entries.push([key, this.#expression()]);
    }
    return (scope) => new Map(entries.map(([key, value]) => [key, value(scope)]));
  }

  /** `.name`, `?.name`, `[key]`, `[from:to]` after a value. */
  #postfix(start: Evaluate): Evaluate {
    let value = start;
    for (;;) {
      if (this.#take('[')) {
        value = this.#index(value);
      } else if (this.#take('.') || this.#take('?.')) {
        value = this.#take('[') ? this.#index(value) : this.#member(value, this.#name());
      } else {
        return value;
      }
    }
  }

  #member(value: Evaluate, key: string): Evaluate {
    return (scope) => member(value(scope), key);
  }

  #index(value: Evaluate): Evaluate {
    const from: Evaluate | undefined = this.#sees(':') ? undefined : this.#expression();
    if (!this.#take(':')) {
      this.#expect(']');
      return (scope) => member(value(scope), from?.(scope) ?? null);
    }
    const to: Evaluate | undefined = this.#sees(']') ? undefined : this.#expression();
    this.#expect(']');
    return (scope) => slice(value(scope), bound(from, scope), bound(to, scope));
  }

  #nested(parse: () => Evaluate): Evaluate {
    if (++this.#depth > MAXIMUM_DEPTH) throw new ExpressionError('the expression is nested too deeply');
    const made = parse();
    this.#depth--;
    return made;
  }

  get #token(): ExpressionToken {
    return this.#tokens[this.#at] ?? { kind: 'end', text: 'the end', number: 0, at: 0 };
  }

  #sees(operator: string): boolean {
    return this.#token.kind === 'operator' && this.#token.text === operator;
  }

  #take(operator: string): boolean {
    if (!this.#sees(operator)) return false;
    this.#at++;
    return true;
  }

  #takeName(name: string): boolean {
    if (this.#token.kind !== 'name' || this.#token.text !== name) return false;
    this.#at++;
    return true;
  }

  #name(): string {
    const { kind, text } = this.#token;
    if (kind !== 'name') throw this.#unexpected();
    this.#at++;
    return text;
  }

  #expect(operator: string): void {
    if (!this.#take(operator)) throw new ExpressionError(`"${operator}" is missing before ${this.#shown()}`);
  }

  #unexpected(): ExpressionError {
    return new ExpressionError(`${this.#shown()} cannot stand here`);
  }

  #shown(): string {
    const { kind, text, at } = this.#token;
    return kind === 'end' ? text : `"${text}" at character ${at + 1}`;
  }
}

function wrongCount(name: string, count: number): ExpressionError {
  return new ExpressionError(`"${name}" does not take ${count} arguments`);
}

function bound(evaluate: Evaluate | undefined, scope: Scope): number | undefined {
  return evaluate === undefined ? undefined : asNumber(evaluate(scope), 'a slice');
}

function slice(value: Value, from: number | undefined, to: number | undefined): Value {
  if (typeof value === 'string') return Array.from(value).slice(from, to).join('');
  if (isList(value)) return value.slice(from, to);
  throw new ExpressionError(`${isMap(value) ? 'a map' : kindOf(value)} cannot be sliced`);
}
