import { parseGoRegExp } from '../go-regexp.ts';
import { Complaint } from '../options.ts';
import { builtins, member } from './builtins.ts';
import { type ExpressionToken, readTokens } from './lexer.ts';
import { binaryOperators, matchText } from './operators.ts';
import { type Evaluate, predicates, type Scope } from './predicates.ts';
import { Words } from './words.ts';
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
  readonly #words: Words;
  readonly #functions: ReadonlySet<string>;
  readonly #variables: Set<string>;
  #depth = 0;
  /** How many predicates the parser stands in. */
  #predicates = 0;

  constructor(tokens: readonly ExpressionToken[], names: Names) {
    this.#words = new Words(tokens);
    this.#functions = names.functions;
    this.#variables = new Set(names.variables);
  }

  whole(): Evaluate {
    const evaluate = this.#sequence();
    if (this.#words.token.kind !== 'end') throw this.#words.unexpected();
    return evaluate;
  }

  /** `let x = 1; x + 1`. */
  #sequence(): Evaluate {
    return this.#nested(() => this.#variable());
  }

  #variable(): Evaluate {
    if (!this.#words.takeName('let')) return this.#expression();
    const name = this.#words.name();
    if (KEYWORDS.has(name) || builtins.has(name)) throw new ExpressionError(`"${name}" cannot be a variable`);
    this.#words.expect('=');
    const value = this.#expression();
    this.#words.expect(';');
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
    if (!this.#words.take('?')) return condition;
    const yes = this.#expression();
    this.#words.expect(':');
    const no = this.#expression();
    return (scope) => (asBoolean(condition(scope), '? :') ? yes(scope) : no(scope));
  }

  #binary(least: number): Evaluate {
    let left = this.#unary();
    for (;;) {
      const start = this.#words.position;
      const negated = this.#words.takeName('not');
      const word = this.#words.token.text;
      if (word === '|' && this.#words.token.kind === 'operator' && least === 0) {
        this.#words.position++;
        left = this.#call(this.#words.name(), left);
        continue;
      }
      const operator = this.#words.token.kind === 'string' ? undefined : binaryOperators.get(word);
      if (operator === undefined || operator.precedence < least || (negated && !operator.negatable)) {
        this.#words.position = start;
        return left;
      }
      this.#words.position++;
      const right = this.#binary(operator.precedence + (operator.precedence === POWER ? 0 : 1));
      const made = word === 'matches' ? this.#match(left, right, start) : operator.make(left, right);
      left = negated ? (scope) => !asBoolean(made(scope), 'not') : made;
    }
  }

  /** A pattern that is written out is compiled, and refused, at once. */
  #match(left: Evaluate, right: Evaluate, start: number): Evaluate {
    const token = this.#words.at(start + 1);
    if (token?.kind !== 'string' || this.#words.position !== start + 2)
      return (scope) => matchText(left(scope), right(scope));
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
    if (this.#words.takeName('not') || this.#words.take('!')) {
      const operand = this.#binary(UNARY_NOT);
      return (scope) => !asBoolean(operand(scope), 'not');
    }
    if (this.#words.take('-')) {
      const operand = this.#binary(UNARY_SIGN);
      return (scope) => -asNumber(operand(scope), '-');
    }
    if (this.#words.take('+')) return this.#binary(UNARY_SIGN);
    return this.#postfix(this.#primary());
  }

  #primary(): Evaluate {
    const token = this.#words.token;
    if (token.kind === 'number' || token.kind === 'string') {
      this.#words.position++;
      const value = token.kind === 'number' ? token.number : token.text;
      return () => value;
    }
    if (this.#words.take('(')) {
      const inner = this.#sequence();
      this.#words.expect(')');
      return inner;
    }
    if (this.#words.take('[')) return this.#list();
    if (this.#words.take('{')) return this.#map();
    if (this.#predicates > 0 && this.#words.take('.')) {
      const key = this.#words.name();
      return (scope) => member(scope.item, key);
    }
    if (token.kind !== 'name') throw this.#words.unexpected();
    this.#words.position++;
    const { text } = token;
    if (text.startsWith('#')) return this.#element(text);
    if (text === 'true' || text === 'false') return () => text === 'true';
    if (text === 'nil') return () => null;
    if (this.#words.take('(')) {
      this.#words.position--;
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
    this.#words.expect('(');
    const predicate = this.#functions.has(name) ? undefined : predicates.get(name);
    const args: Evaluate[] = first === undefined ? [] : [first];
    while (!this.#words.take(')')) {
      if (args.length > (first === undefined ? 0 : 1)) this.#words.expect(',');
      if (this.#words.take(')')) break;
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
    const braces = this.#words.take('{');
    const evaluate = this.#sequence();
    if (braces) this.#words.expect('}');
    this.#predicates--;
    return evaluate;
  }

  #list(): Evaluate {
    const items: Evaluate[] = [];
    while (!this.#words.take(']')) {
      if (items.length > 0) this.#words.expect(',');
      if (this.#words.take(']')) break;
      items.push(this.#expression());
    }
    return (scope) => items.map((item) => item(scope));
  }

  #map(): Evaluate {
    const entries: [key: string, value: Evaluate][] = [];
    while (!this.#words.take('}')) {
      if (entries.length > 0) this.#words.expect(',');
      if (this.#words.take('}')) break;
      const key = this.#words.token.text;
      if (this.#words.token.kind === 'operator' || this.#words.token.kind === 'end') throw this.#words.unexpected();
      this.#words.position++;
      this.#words.expect(':');
      entries.push([key, this.#expression()]);
    }
    return (scope) => new Map(entries.map(([key, value]) => [key, value(scope)]));
  }

  /** `.name`, `?.name`, `[key]`, `[from:to]` after a value. */
  #postfix(start: Evaluate): Evaluate {
    let value = start;
    for (;;) {
      if (this.#words.take('[')) {
        value = this.#index(value);
      } else if (this.#words.take('.') || this.#words.take('?.')) {
        value = this.#words.take('[') ? this.#index(value) : this.#member(value, this.#words.name());
      } else {
        return value;
      }
    }
  }

  #member(value: Evaluate, key: string): Evaluate {
    return (scope) => member(value(scope), key);
  }

  #index(value: Evaluate): Evaluate {
    const from: Evaluate | undefined = this.#words.sees(':') ? undefined : this.#expression();
    if (!this.#words.take(':')) {
      this.#words.expect(']');
      return (scope) => member(value(scope), from?.(scope) ?? null);
    }
    const to: Evaluate | undefined = this.#words.sees(']') ? undefined : this.#expression();
    this.#words.expect(']');
    return (scope) => slice(value(scope), bound(from, scope), bound(to, scope));
  }

  #nested(parse: () => Evaluate): Evaluate {
    if (++this.#depth > MAXIMUM_DEPTH) throw new ExpressionError('the expression is nested too deeply');
    const made = parse();
    this.#depth--;
    return made;
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
