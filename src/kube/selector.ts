/** One condition of a label selector; all of a selector's have to hold. */
export interface Requirement {
  readonly key: string;
  /** `in` with one value is also written `=`. */
  readonly operator: 'in' | 'notin' | 'exists' | 'absent';
  /** Sorted, without duplicates; empty for `exists` and `absent`. */
  readonly values: readonly string[];
}

/** A text that is no label selector; `message` says what stands where. */
export class SelectorError extends Error {
  override readonly name = 'SelectorError';
}

/**
 * Reads a label selector: `key=value`, `key==value`, `key in (a,b)`, `key notin (a,b)`, `key`, `!key`, joined by commas.
 * `!=`, `<` and `>` are refused, as by CoreDNS. An empty text selects everything. Throws SelectorError.
 */
export function parseSelector(text: string): Requirement[] {
  const tokens = new Tokens(text);
  const requirements: Requirement[] = [];
  if (tokens.peek() === '') return requirements;
  do requirements.push(parseRequirement(tokens));
  while (tokens.takeIf(','));
  if (tokens.peek() !== '') throw tokens.unexpected('a comma or the end');
  return requirements;
}

/** The text of a selector as the API takes it in `labelSelector`; keys in order, so that equal ones print alike. */
export function printSelector(requirements: readonly Requirement[]): string {
  return requirements
    .toSorted((a, b) => (a.key === b.key ? 0 : a.key < b.key ? -1 : 1))
    .map(printRequirement)
    .join(',');
}

function printRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key;
    case 'absent':
      return `!${key}`;
    default:
      if (operator === 'in' && values.length === 1) return `${key}=${values[0] ?? ''}`;
      return `${key} ${operator} (${values.join(',')})`;
  }
}

function parseRequirement(tokens: Tokens): Requirement {
  if (tokens.takeIf('!')) return { key: takeKey(tokens), operator: 'absent', values: [] };
  const key = takeKey(tokens);
  const next = tokens.peek();
  switch (next) {
    case '':
    case ',':
      return { key, operator: 'exists', values: [] };
    case '=':
    case '==':
      tokens.take();
      return { key, operator: 'in', values: [takeValue(tokens)] };
    case 'in':
    case 'notin':
      tokens.take();
      return { key, operator: next, values: takeValues(tokens) };
    case '!=':
      throw new SelectorError(`the operator != is not supported here; write ${key} notin (…)`);
    default:
      throw tokens.unexpected('=, ==, in, notin or a comma');
  }
}

function takeValues(tokens: Tokens): string[] {
  if (!tokens.takeIf('(')) throw tokens.unexpected('(');
  if (tokens.peek() === ')') throw new SelectorError('in and notin need at least one value');
  const values = new Set<string>();
  do values.add(takeValue(tokens));
  while (tokens.takeIf(','));
  if (!tokens.takeIf(')')) throw tokens.unexpected('a comma or )');
  return [...values].toSorted();
}

const NAME = /^[A-Za-z0-9](?:[-A-Za-z0-9_.]*[A-Za-z0-9])?$/;
const SUBDOMAIN = /^[a-z0-9](?:[-a-z0-9]*[a-z0-9])?(?:\.[a-z0-9](?:[-a-z0-9]*[a-z0-9])?)*$/;

// Kubernetes' limits for a label: its name and its value have the length of a DNS label, its prefix that of a DNS name.
const MAXIMUM_NAME_LENGTH = 63;
const MAXIMUM_PREFIX_LENGTH = 253;

function takeKey(tokens: Tokens): string {
  if (!tokens.isWord()) throw tokens.unexpected('a label key');
  const key = tokens.take();
  const slash = key.indexOf('/');
  const prefix = slash === -1 ? undefined : key.slice(0, slash);
  const name = key.slice(slash + 1);
  const isValid =
    isName(name) && (prefix === undefined || (SUBDOMAIN.test(prefix) && prefix.length <= MAXIMUM_PREFIX_LENGTH));
  if (!isValid) throw new SelectorError(`${JSON.stringify(key)} is not a label key; write NAME or DNS.PREFIX/NAME`);
  return key;
}

/** A value may be left out: `key=` and `key in (,a)` ask for the empty one. */
function takeValue(tokens: Tokens): string {
  if (!tokens.isWord()) {
    if (['', ',', ')'].includes(tokens.peek())) return '';
    throw tokens.unexpected('a label value');
  }
  const value = tokens.take();
  if (!isName(value)) {
    throw new SelectorError(`${JSON.stringify(value)} is not a label value; at most 63 letters, digits, - _ .`);
  }
  return value;
}

function isName(text: string): boolean {
  return text.length <= MAXIMUM_NAME_LENGTH && NAME.test(text);
}

/** The words and signs of a selector. */
class Tokens {
  readonly #tokens: readonly string[];
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = text.match(/==|!=|[=!<>(),]|[^\s=!<>(),]+/g) ?? [];
  }

  /** The next token; empty at the end. */
  peek(): string {
    return this.#tokens[this.#position] ?? '';
  }

  take(): string {
    const token = this.peek();
    this.#position++;
    return token;
  }

  takeIf(token: string): boolean {
    if (this.peek() !== token) return false;
    this.#position++;
    return true;
  }

  isWord(): boolean {
    return /^[^\s=!<>(),]/.test(this.peek());
  }

  unexpected(expected: string): SelectorError {
    const found = this.peek() === '' ? 'the end' : JSON.stringify(this.peek());
    return new SelectorError(`found ${found} in ${JSON.stringify(this.#text)}, expected ${expected}`);
  }
}
