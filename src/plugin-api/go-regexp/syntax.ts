import {
  escapeCodePoint,
  PERL_CLASSES,
  readClass,
  readEscape,
  readUnicodeClass,
  RegExpSyntaxError,
} from './characters.ts';

import { type CharNode, makeCharNode } from './char-node.ts';

/** What Go allows in a counted repetition (package regexp/syntax), also for counts within counts multiplied. */
const MAXIMUM_REPEAT = 1000;
/** Groups within groups; Go's limit. */
const MAXIMUM_DEPTH = 1000;

export type Assertion = 'begin' | 'end' | 'line-begin' | 'line-end' | 'boundary' | 'no-boundary';

export interface RepeatNode {
  readonly kind: 'repeat';
  readonly minimum: number;
  /** Infinity for no limit. */
  readonly maximum: number;
  readonly greedy: boolean;
  readonly node: Node;
}

/** A regular expression, taken apart. */
export type Node =
  | CharNode
  | RepeatNode
  | { readonly kind: 'assert'; readonly assertion: Assertion }
  | { readonly kind: 'concat'; readonly nodes: readonly Node[] }
  | { readonly kind: 'alternate'; readonly nodes: readonly Node[] }
  | { readonly kind: 'capture'; readonly index: number; readonly node: Node };

export interface ParsedRegExp {
  readonly node: Node;
  /** By group number, the whole match first; undefined for groups without a name. */
  readonly groupNames: readonly (string | undefined)[];
  /** Every character of the pattern, once. */
  readonly chars: readonly CharNode[];
}

/** Parses the syntax of Go's package regexp (https://github.com/google/re2/wiki/Syntax). Throws RegExpSyntaxError. */
export function parseGoSyntax(text: string): ParsedRegExp {
  const parser = new Parser(text);
  const node = parser.whole();
  return { node, groupNames: parser.groupNames, chars: parser.chars };
}

const ASSERTIONS: ReadonlyMap<string, Assertion> = new Map([
  ['A', 'begin'],
  ['z', 'end'],
  ['b', 'boundary'],
  ['B', 'no-boundary'],
]);

function tooOften(): RegExpSyntaxError {
  return new RegExpSyntaxError(`something is repeated more than ${MAXIMUM_REPEAT} times`);
}

/** How often the most repeated part of `node` stands in it when counted repetitions are written out. */
function repeatProduct(node: Node): number {
  switch (node.kind) {
    case 'char':
    case 'assert':
      return 1;
    case 'capture':
      return repeatProduct(node.node);
    case 'repeat':
      return Math.max(1, node.maximum === Infinity ? node.minimum : node.maximum) * repeatProduct(node.node);
    default:
      return Math.max(1, ...node.nodes.map(repeatProduct));
  }
}

class Parser {
  readonly groupNames: (string | undefined)[] = [undefined];
  readonly #text: string;
  readonly #chars = new Map<string, CharNode>();
  #at = 0;
  #depth = 0;
  /** The letters of the flags that are on: i, m, s, U. */
  #flags = '';

  constructor(text: string) {
    this.#text = text;
  }

  get chars(): readonly CharNode[] {
    return [...this.#chars.values()];
  }

  whole(): Node {
    const node = this.#alternation();
    if (this.#at < this.#text.length) throw new RegExpSyntaxError('a ")" closes no group');
    if (repeatProduct(node) > MAXIMUM_REPEAT) throw tooOften();
    return node;
  }

  #alternation(): Node {
    if (++this.#depth > MAXIMUM_DEPTH) throw new RegExpSyntaxError('groups are nested too deeply');
    const branches = [this.#concatenation()];
    while (this.#take('|')) branches.push(this.#concatenation());
    this.#depth--;
    return branches.length === 1 && branches[0] !== undefined ? branches[0] : { kind: 'alternate', nodes: branches };
  }

  #concatenation(): Node {
    const nodes: Node[] = [];
    while (this.#at < this.#text.length && !this.#sees('|') && !this.#sees(')')) {
      if (this.#take('\\Q')) {
        const end = this.#text.indexOf('\\E', this.#at);
        const quoted = this.#text.slice(this.#at, end < 0 ? undefined : end);
        this.#at = end < 0 ? this.#text.length : end + 2;
        nodes.push(...Array.from(quoted, (char) => this.#literal(char)));
        this.#repeatLast(nodes);
        continue;
      }
      if (this.#take('\\E')) continue;
      const before = this.#at;
      const atom = this.#atom();
      if (atom === undefined) {
        // Flags for the rest of the group: nothing that a repetition could stand after.
        if (this.#repetition() !== undefined) {
          throw new RegExpSyntaxError(`nothing before "${this.#text.slice(before, this.#at)}" can be repeated`);
        }
        continue;
      }
      nodes.push(atom);
      this.#repeatLast(nodes);
    }
    return nodes.length === 1 && nodes[0] !== undefined ? nodes[0] : { kind: 'concat', nodes };
  }

  #repeatLast(nodes: Node[]): void {
    const start = this.#at;
    const found = this.#repetition();
    if (found === undefined) return;
    const node = nodes.pop();
    if (node === undefined) throw new RegExpSyntaxError('there is nothing to repeat');
    const lazy = this.#take('?');
    nodes.push({ kind: 'repeat', ...found, greedy: lazy === this.#has('U'), node });
    if (this.#repetition() !== undefined) {
      throw new RegExpSyntaxError(`"${this.#text.slice(start, this.#at)}" repeats a repetition`);
    }
  }

  #repetition(): { minimum: number; maximum: number } | undefined {
    if (this.#take('*')) return { minimum: 0, maximum: Infinity };
    if (this.#take('+')) return { minimum: 1, maximum: Infinity };
    if (this.#take('?')) return { minimum: 0, maximum: 1 };
    const counted = /^\{(\d+)(,(\d*))?\}/.exec(this.#text.slice(this.#at, this.#at + 24));
    if (counted === null) return undefined;
    this.#at += counted[0].length;
    const minimum = Number(counted[1]);
    const maximum = counted[2] === undefined ? minimum : counted[3] === '' ? Infinity : Number(counted[3]);
    if (minimum > MAXIMUM_REPEAT || (maximum !== Infinity && maximum > MAXIMUM_REPEAT)) throw tooOften();
    if (minimum > maximum) throw new RegExpSyntaxError(`"${counted[0]}" counts backwards`);
    return { minimum, maximum };
  }

  #atom(): Node | undefined {
    const text = this.#text;
    const char = String.fromCodePoint(text.codePointAt(this.#at) ?? 0);
    if (char === '(') return this.#group();
    if (char === '[') {
      const found = readClass(text, this.#at);
      this.#at = found.end;
      return this.#char(found.source);
    }
    if (char === '\\') return this.#escape();
    if (char === '*' || char === '+' || char === '?' || (char === '{' && this.#countFollows())) {
      throw new RegExpSyntaxError(`nothing before "${char}" can be repeated`);
    }
    this.#at += char.length;
    if (char === '.') return this.#char(this.#has('s') ? '[^]' : '[^\\n]');
    if (char === '^') return { kind: 'assert', assertion: this.#has('m') ? 'line-begin' : 'begin' };
    if (char === '$') return { kind: 'assert', assertion: this.#has('m') ? 'line-end' : 'end' };
    return this.#literal(char);
  }

  /** Patterns repeat their characters: each is made once. */
  #char(source: string): CharNode {
    const fold = this.#has('i');
    const key = `${fold ? 'i' : ''} ${source}`;
    const node = this.#chars.get(key) ?? makeCharNode(source, fold);
    this.#chars.set(key, node);
    return node;
  }

  #countFollows(): boolean {
    return /^\{\d+(,\d*)?\}/.test(this.#text.slice(this.#at, this.#at + 24));
  }

  #literal(char: string): CharNode {
    return this.#char(escapeCodePoint(char.codePointAt(0) ?? 0));
  }

  #escape(): Node {
    const text = this.#text;
    const letter = text[this.#at + 1];
    if (letter === undefined) throw new RegExpSyntaxError('a backslash stands at the end');
    const assertion = ASSERTIONS.get(letter);
    if (assertion !== undefined) {
      this.#at += 2;
      return { kind: 'assert', assertion };
    }
    const perl = PERL_CLASSES.get(letter);
    if (perl !== undefined) {
      this.#at += 2;
      return this.#char(perl);
    }
    if (letter === 'p' || letter === 'P') {
      const found = readUnicodeClass(text, this.#at);
      this.#at = found.end;
      return this.#char(found.source);
    }
    const { codePoint, end } = readEscape(text, this.#at);
    this.#at = end;
    return this.#char(escapeCodePoint(codePoint));
  }

  /** A group, or undefined after `(?flags)`. */
  #group(): Node | undefined {
    const outer = this.#flags;
    const start = this.#at;
    this.#at++;
    let index: number | undefined;
    if (this.#sees('?')) {
      const named = /^\?P?<([^>]*)>/.exec(this.#text.slice(this.#at));
      if (named !== null && !/^\?<[=!]/.test(named[0])) {
        this.#at += named[0].length;
        index = this.#openCapture(named[1] ?? '');
      } else if (this.#readFlags(start)) {
        return undefined;
      }
    } else {
      index = this.#openCapture(undefined);
    }
    const node = this.#alternation();
    if (!this.#take(')')) throw new RegExpSyntaxError(`a ")" is missing for "${this.#text.slice(start, start + 20)}"`);
    this.#flags = outer;
    // Without a group of its own an empty pattern between brackets could not be repeated.
    return index === undefined ? { kind: 'concat', nodes: [node] } : { kind: 'capture', index, node };
  }

  #openCapture(name: string | undefined): number {
    if (name !== undefined && !/^\w+$/.test(name)) throw new RegExpSyntaxError(`"${name}" is no name for a group`);
    if (name !== undefined && this.groupNames.includes(name)) {
      throw new RegExpSyntaxError(`two groups are called "${name}"`);
    }
    return this.groupNames.push(name) - 1;
  }

  /** Reads `?flags:` or `?flags)`; true for the latter, which is no group. */
  #readFlags(start: number): boolean {
    const match = /^\?([imsU]*)(-([imsU]+))?([:)])/.exec(this.#text.slice(this.#at));
    if (match === null || (match[4] === ')' && match[1] === '' && match[3] === undefined)) {
      const shown = this.#text.slice(start, start + 4);
      throw new RegExpSyntaxError(
        /^\(\?<?[=!]/.test(shown) ? `Go has no look-around ("${shown}")` : `Go has no "${shown}"`,
      );
    }
    this.#at += match[0].length;
    this.#flags += match[1] ?? '';
    for (const flag of match[3] ?? '') this.#flags = this.#flags.replaceAll(flag, '');
    return match[4] === ')';
  }

  #has(flag: string): boolean {
    return this.#flags.includes(flag);
  }

  #sees(text: string): boolean {
    return this.#text.startsWith(text, this.#at);
  }

  #take(text: string): boolean {
    if (!this.#sees(text)) return false;
    this.#at += text.length;
    return true;
  }
}
