import type { Assertion, Node, RepeatNode } from './syntax.ts';
import { NON_ASCII } from './char-node.ts';
import { RegExpSyntaxError } from './characters.ts';

/**
 * The most steps of a program. A run remembers which step it has tried at which position: with the longest name, 1016
 * characters when all of it is escaped, that is 10 MB.
 */
const MAXIMUM_STEPS = 10_000;

/** One step of a program. `next` and `other` are numbers of steps; a split tries `next` first. */
type Step =
  | { readonly op: 'char'; readonly table: Uint8Array; readonly matcher: RegExp; next: number }
  | { readonly op: 'split'; next: number; other: number }
  | { readonly op: 'save'; readonly slot: number; next: number }
  | { readonly op: 'assert'; readonly assertion: Assertion; next: number }
  | { readonly op: 'match' };

/**
 * A regular expression as a program that is run in time proportional to its length times that of the text: every pair of a
 * step and a position is tried once. Finds what Go finds, the leftmost match that a backtracking search would prefer.
 */
export class LinearProgram {
  readonly #steps: Step[] = [];
  readonly #slots: number;

  /** Throws RegExpSyntaxError when the program would be too large. */
  constructor(node: Node, groups: number) {
    this.#slots = groups * 2;
    // Built from the end, so that every step knows what comes after it.
    const match = this.#add({ op: 'match' });
    const end = this.#add({ op: 'save', slot: 1, next: match });
    this.#add({ op: 'save', slot: 0, next: this.#build(node, end) });
  }

  /** Positions of the groups in `text`, start and end in turn, the whole match first; -1 for groups without part in it. */
  run(text: string): readonly number[] | undefined {
    const seen = new Uint8Array(this.#steps.length * (text.length + 1));
    for (let start = 0; start <= text.length; start++) {
      const found = this.#runAt(text, start, seen);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #runAt(text: string, start: number, seen: Uint8Array): readonly number[] | undefined {
    const steps = this.#steps;
    const width = text.length + 1;
    const saved = Array.from({ length: this.#slots }, () => -1);
    // Triples: a step and a position to go on from, or -1 - slot, the slot's earlier value.
    const stack: number[] = [steps.length - 1, start];
    while (stack.length > 0) {
      let at = stack.pop() ?? 0;
      let number = stack.pop() ?? 0;
      if (number < 0) {
        saved[-1 - number] = at;
        continue;
      }
      for (;;) {
        const step = steps[number];
        if (step === undefined || seen[number * width + at] === 1) break;
        seen[number * width + at] = 1;
        if (step.op === 'match') return saved;
        if (step.op === 'char') {
          const code = text.charCodeAt(at);
          if (at >= text.length) break;
          if (code < NON_ASCII) {
            if (step.table[code] === 0) break;
            at++;
          } else {
            const char = String.fromCodePoint(text.codePointAt(at) ?? 0);
            if (!step.matcher.test(char)) break;
            at += char.length;
          }
        } else if (step.op === 'split') {
          stack.push(step.other, at);
        } else if (step.op === 'save') {
          stack.push(-1 - step.slot, saved[step.slot] ?? -1);
          saved[step.slot] = at;
        } else if (!holds(step.assertion, text, at)) {
          break;
        }
        number = step.next;
      }
    }
    return undefined;
  }

  /** Adds steps for `node` that end in step `next`; returns where they begin. */
  #build(node: Node, next: number): number {
    switch (node.kind) {
      case 'char':
        return this.#add({ op: 'char', table: node.table, matcher: node.matcher, next });
      case 'assert':
        return this.#add({ op: 'assert', assertion: node.assertion, next });
      case 'capture': {
        const close = this.#add({ op: 'save', slot: node.index * 2 + 1, next });
        return this.#add({ op: 'save', slot: node.index * 2, next: this.#build(node.node, close) });
      }
      case 'concat':
        return node.nodes.reduceRight((after, item) => this.#build(item, after), next);
      case 'alternate': {
        const starts = node.nodes.map((branch) => this.#build(branch, next));
        return starts.reduceRight((other, start) => this.#add({ op: 'split', next: start, other }));
      }
      default:
        return this.#buildRepeat(node, next);
    }
  }

  #buildRepeat(node: RepeatNode, next: number): number {
    let after = next;
    if (node.maximum === Infinity) {
      const loop = this.#split(node.greedy, next, next);
      const body = this.#build(node.node, loop);
      const step = this.#steps[loop];
      if (step?.op === 'split') step[node.greedy ? 'next' : 'other'] = body;
      // `x*` is `(x+)?`: a round that matches nothing may then still set groups, as in Go.
      if (node.minimum === 0) return this.#split(node.greedy, body, next);
      after = body;
      for (let n = 1; n < node.minimum; n++) after = this.#build(node.node, after);
      return after;
    }
    for (let n = node.minimum; n < node.maximum; n++) {
      after = this.#split(node.greedy, this.#build(node.node, after), next);
    }
    for (let n = 0; n < node.minimum; n++) after = this.#build(node.node, after);
    return after;
  }

  #split(greedy: boolean, body: number, next: number): number {
    return this.#add(greedy ? { op: 'split', next: body, other: next } : { op: 'split', next, other: body });
  }

  #add(step: Step): number {
    if (this.#steps.length >= MAXIMUM_STEPS) throw new RegExpSyntaxError('it is too large');
    return this.#steps.push(step) - 1;
  }
}

function holds(assertion: Assertion, text: string, at: number): boolean {
  switch (assertion) {
    case 'begin':
      return at === 0;
    case 'end':
      return at === text.length;
    case 'line-begin':
      return at === 0 || text[at - 1] === '\n';
    case 'line-end':
      return at === text.length || text[at] === '\n';
    case 'boundary':
      return isWord(text[at - 1]) !== isWord(text[at]);
    default:
      return isWord(text[at - 1]) === isWord(text[at]);
  }
}

function isWord(char: string | undefined): boolean {
  return char !== undefined && /^\w$/.test(char);
}
