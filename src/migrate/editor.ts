import type { Line, ServerBlock, Token } from '../corefile/tree.ts';
import type { Edit } from './edited-text.ts';
import type { Layout, Range } from './layout.ts';

/** A directive, or an option, to write: its words, and the lines of its block. */
export interface NewLine {
  readonly words: string;
  readonly block?: readonly NewLine[];
}

/** Collects edits of a text: what is added is written as its neighbours are. All of it must be in the file itself. */
export class Editor {
  readonly layout: Layout;
  readonly edits: Edit[] = [];
  readonly #originOf: (token: Token) => number;

  /** `originOf` tells the line of the original text that a word belongs to. */
  constructor(layout: Layout, originOf: (token: Token) => number) {
    this.layout = layout;
    this.#originOf = originOf;
  }

  replace(token: Token, text: string): void {
    this.#edit(this.layout.rangeOf(token), text, token);
  }

  /** Puts other words in place of those from the name to the end of a directive or option. */
  replaceLine(line: Line, text: string): void {
    this.#edit(this.layout.rangeOfLine(line), text, line.name);
  }

  /** Removes a directive or option, its block too. A comment that stands behind it gets a line of its own. */
  remove(line: Line): void {
    const { layout } = this;
    const { start, end } = layout.rangeOfLine(line);
    const rest = layout.restOfLine(end);
    if (!layout.startsLine(start)) {
      const spaces = /[ \t]*$/.exec(this.layout.text.slice(0, start))?.[0].length ?? 0;
      this.#edit({ start: start - spaces, end }, '', line.name);
    } else if (rest.trim() === '') {
      const next = this.layout.text.indexOf('\n', end);
      this.#edit(
        { start: layout.lineStart(start), end: next === -1 ? this.layout.text.length : next + 1 },
        '',
        line.name,
      );
    } else {
      this.#edit({ start, end: end + rest.length - rest.trimStart().length }, '', line.name);
    }
  }

  /** Adds an option to a directive, at the end of its block, which is made if there is none. */
  addOption(directive: Line, option: NewLine): void {
    const { layout } = this;
    const { start, end } = layout.rangeOfLine(directive);
    const outer = layout.indentAt(start);
    const { newline } = layout;
    const { opening, closing } = directive;
    if (opening === undefined) {
      const inner = this.#print(option, outer + layout.unit);
      this.#edit({ start: end, end }, ` {${newline}${inner}${newline}${outer}}`, directive.name);
      return;
    }
    const first = (directive.block ?? []).find(
      ({ name }) =>
        layout.has(name) && layout.rangeOf(name).start > start && layout.startsLine(layout.rangeOf(name).start),
    );
    const inner = first === undefined ? outer + layout.unit : layout.indentAt(layout.rangeOf(first.name).start);
    const text = this.#print(option, inner);
    if (closing !== undefined && layout.startsLine(layout.rangeOf(closing).start)) {
      const at = layout.lineStart(layout.rangeOf(closing).start);
      this.#edit({ start: at, end: at }, `${text}${newline}`, directive.name);
    } else {
      const at = layout.rangeOf(opening);
      const rest = layout.restOfLine(at.end);
      const spaces = rest.length - rest.trimStart().length;
      // What stands behind the brace comes on a line of its own.
      const next = rest.trim() === '' ? '' : newline + outer;
      this.#edit({ start: at.end, end: at.end + spaces }, newline + text + next, directive.name);
    }
  }

  /** Adds lines of the same block behind a directive or option. */
  addAfter(line: Line, ...lines: readonly NewLine[]): void {
    const { layout } = this;
    const { start, end } = layout.rangeOfLine(line);
    const rest = layout.restOfLine(end).trimStart();
    const ownLine = rest === '' || rest.startsWith('#');
    const at = ownLine ? layout.lineEnd(end) : end;
    const indent = layout.indentAt(start);
    const text = lines.map((added) => layout.newline + this.#print(added, indent)).join('');
    this.#edit({ start: at, end: at }, ownLine ? text : text + layout.newline, line.name);
  }

  /** Adds a directive at the end of a server block. */
  append(block: ServerBlock, line: NewLine, belongsTo: Token): void {
    const { layout } = this;
    const braces = layout.bracesOf(block);
    const last = block.directives.findLast(
      (directive) => layout.has(directive.name) && (braces === undefined || layout.isWithin(directive, block)),
    );
    const start = last === undefined ? undefined : layout.rangeOf(last.name).start;
    const key = block.keys.find((token) => layout.has(token));
    const outer = key === undefined ? '' : layout.indentAt(layout.rangeOf(key).start);
    const indent = start !== undefined && layout.startsLine(start) ? layout.indentAt(start) : outer + layout.unit;
    const text = this.#print(line, indent);
    const { newline } = layout;
    if (braces === undefined) {
      const end = this.layout.text.trimEnd().length;
      this.#edit({ start: end, end }, newline + text, belongsTo);
    } else if (layout.startsLine(braces.closing.start)) {
      const at = layout.lineStart(braces.closing.start);
      this.#edit({ start: at, end: at }, text + newline, belongsTo);
    } else {
      this.#edit(
        { start: braces.closing.start, end: braces.closing.start },
        newline + text + newline + outer,
        belongsTo,
      );
    }
  }

  /** Adds server blocks, printed, at the end of the file. */
  addBlock(text: string, belongsTo: Token): void {
    const { newline } = this.layout;
    const end = this.layout.text.trimEnd().length;
    this.#edit({ start: end, end }, newline + newline + text.replaceAll('\n', newline), belongsTo);
  }

  #print({ words, block }: NewLine, indent: string): string {
    if (block === undefined) return indent + words;
    const inner = block.map((line) => this.#print(line, indent + this.layout.unit));
    return [`${indent}${words} {`, ...inner, `${indent}}`].join(this.layout.newline);
  }

  #edit({ start, end }: Range, text: string, belongsTo: Token): void {
    this.edits.push({ start, end, text, origin: this.#originOf(belongsTo) });
  }
}
