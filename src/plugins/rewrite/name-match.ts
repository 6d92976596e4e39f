import type { Token } from '../../corefile/tree.ts';
import { lowerCase } from '../../dns/name.ts';
import { type GoRegExp, goRegExp } from '../../plugin-api/go-regexp.ts';
import { oneOf } from '../../plugin-api/kinds.ts';
import { type Kind, readToken, type Report } from '../../plugin-api/options.ts';
import { NameTemplate } from './name-template.ts';

/** How FROM is compared with a name. */
export type MatchKind = 'exact' | 'prefix' | 'suffix' | 'substring' | 'regex';

export const MATCH_USAGE = '[exact|prefix|suffix|substring|regex]';

const spelled = oneOf<MatchKind>(['exact', 'prefix', 'suffix', 'substring', 'regex']);

/** In any letter case. */
export const matchKind: Kind<MatchKind> = { word: spelled.word, read: (text) => spelled.read(lowerCase(text)) };

/** Tells whether a rule is for a name, given in lower case with its final dot. */
export type NameTest = (name: string) => boolean;

/** What becomes of a name, given in lower case with its final dot; undefined when the rule is not for it. */
export type TextMap = (name: string) => string | undefined;

/** In lower case and with a final dot, as CoreDNS takes every FROM and TO, parts of names included. */
export function normalize(text: string): string {
  return lowerCase(text.endsWith('.') ? text : `${text}.`);
}

/** `MATCH FROM` or `FROM`, which is exact; undefined after reporting what is wrong. */
export function readNameTest(kindToken: Token | undefined, from: Token, report: Report): NameTest | undefined {
  const kind = kindToken === undefined ? 'exact' : readToken(matchKind, kindToken, report);
  if (kind === undefined) return undefined;
  if (kind === 'regex') {
    const pattern = readToken(goRegExp, from, report);
    return pattern === undefined ? undefined : (name) => pattern.test(name);
  }
  warnOfDot(kind, from, report);
  const compare = comparisons[kind];
  const part = normalize(from.text);
  return (name) => compare(name, part);
}

/** CoreDNS ends prefixes and substrings with a dot as if they were names, which few expect. */
export function warnOfDot(kind: MatchKind, from: Token, report: Report): void {
  if ((kind !== 'prefix' && kind !== 'substring') || from.text.endsWith('.')) return;
  report({
    severity: 'warning',
    code: 'rewrite/dot',
    message: `"${from.text}" is taken as "${from.text}.": it has to end where a label ends`,
    place: from.place,
    hint: `write "${from.text}." if that is meant, a regex if not`,
  });
}

const comparisons: Readonly<Record<Exclude<MatchKind, 'regex'>, (name: string, part: string) => boolean>> = {
  exact: (name, part) => name === part,
  prefix: (name, part) => name.startsWith(part),
  suffix: (name, part) => name.endsWith(part),
  substring: (name, part) => name.includes(part),
};

const replacements: Readonly<
  Record<'prefix' | 'suffix' | 'substring', (name: string, from: string, to: string) => string>
> = {
  prefix: (name, from, to) => to + name.slice(from.length),
  suffix: (name, from, to) => name.slice(0, name.length - from.length) + to,
  substring: (name, from, to) => name.split(from).join(to),
};

/** What a rule makes of names with the part `from`. */
export function makeTextMap(kind: Exclude<MatchKind, 'exact' | 'regex'>, from: string, to: string): TextMap {
  const compare = comparisons[kind];
  const replace = replacements[kind];
  return (name) => (compare(name, from) ? replace(name, from, to) : undefined);
}

/** A pattern and what takes the place of the whole of a name that it matches. */
export interface Substitution {
  readonly pattern: GoRegExp;
  readonly template: NameTemplate;
}

/** FROM as a regular expression, TO as a template of its groups; undefined after reporting what is wrong. */
export function readSubstitution(from: Token, to: Token, report: Report): Substitution | undefined {
  const pattern = readToken(goRegExp, from, report);
  if (pattern === undefined) return undefined;
  // Without a final dot of its own: a group may bring one.
  const template = new NameTemplate(lowerCase(to.text));
  const complaint = template.complaint(pattern);
  if (complaint !== undefined) {
    readToken({ word: 'TO', read: () => complaint }, to, report);
    return undefined;
  }
  const [missing] = template.missingGroups(pattern);
  if (missing !== undefined) {
    report({
      severity: 'warning',
      code: 'rewrite/group',
      message: `{${missing}} stays as it is: ${from.text} has no group ${missing}`,
      place: to.place,
      hint: `use {1} to {${pattern.groupNames.length - 1}}`,
    });
  }
  return { pattern, template };
}

export function substitute({ pattern, template }: Substitution, name: string): string | undefined {
  const match = pattern.exec(name);
  return match === null ? undefined : template.expand(match);
}
