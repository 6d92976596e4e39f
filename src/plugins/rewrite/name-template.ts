import { Complaint } from '../../plugin-api/options.ts';
import type { GoRegExp } from '../../plugin-api/go-regexp.ts';

/** A group of the pattern in a template: CoreDNS knows `{0}` to `{100}`. */
const GROUP = /\{(100|[1-9]?\d)\}/;

/** A text with `{1}` in the places of a pattern's groups, `{0}` for all that it matched. */
export class NameTemplate {
  /** Literal texts at even places, the group numbers between them at odd ones. */
  readonly #parts: readonly string[];

  constructor(text: string) {
    this.#parts = text.split(GROUP);
  }

  /** The text for a match; groups that took no part are empty, those that the pattern does not have stay as they are written. */
  expand(match: RegExpExecArray): string {
    let text = '';
    for (const [i, part] of this.#parts.entries()) {
      if (i % 2 === 0) text += part;
      else text += Number(part) < match.length ? (match[Number(part)] ?? '') : `{${part}}`;
    }
    return text;
  }

  /** Why the template does not go with the pattern: CoreDNS counts the different groups. */
  complaint(pattern: GoRegExp): Complaint | undefined {
    const used = new Set(this.#groups());
    const available = pattern.groupNames.length - 1;
    if (used.size <= available) return undefined;
    return new Complaint(
      `${used.size} groups are used, but ${pattern.pattern} has ${available}`,
      available === 0 ? 'put parentheses around what is to be kept' : `use {1} to {${available}}`,
    );
  }

  /** Groups that the pattern does not have. */
  missingGroups(pattern: GoRegExp): readonly number[] {
    return this.#groups().filter((group) => group >= pattern.groupNames.length);
  }

  #groups(): number[] {
    return this.#parts.filter((_, i) => i % 2 === 1).map(Number);
  }
}
