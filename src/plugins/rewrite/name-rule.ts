import type { Token } from '../../corefile/tree.ts';
import type { DomainName } from '../../dns/name.ts';
import { parseGoRegExp } from '../../plugin-api/go-regexp.ts';
import { domainName } from '../../plugin-api/kinds.ts';
import { Complaint, countArguments, type Kind, readToken, type Report } from '../../plugin-api/options.ts';
import { type Query, withQuestion } from '../../plugin-api/query.ts';
import { type AnswerPart, ANSWER_USAGE, readAnswerPart } from './answer-part.ts';
import {
  makeTextMap,
  MATCH_USAGE,
  type MatchKind,
  matchKind,
  normalize,
  readSubstitution,
  substitute,
  type TextMap,
  warnOfDot,
} from './name-match.ts';
import { changeNames, legalName, mapDomain, mapSuffix } from './reply-names.ts';
import { type Applied, type Field, type ReplyChange, type Rule } from './rule.ts';

const USAGE = `${MATCH_USAGE} FROM TO ${ANSWER_USAGE}`;

/** Another name in the question, and the old one back in the reply. */
export const nameField: Field = {
  usage: USAGE,
  read(line, report) {
    if (!countArguments(line, 2, Infinity, USAGE, report)) return undefined;
    const [first, second, third, ...words] = line.arguments;
    if (first === undefined || second === undefined) return undefined;
    if (third === undefined) return exactRule(first, second, [], report);
    const kind = readToken(matchKind, first, report);
    const answer = readAnswerPart(words, report);
    if (kind === undefined || answer === undefined) return undefined;
    return makeRule(kind, second, third, answer, report);
  },
};

function makeRule(kind: MatchKind, from: Token, to: Token, answer: AnswerPart, report: Report): Rule | undefined {
  if (kind === 'exact') return exactRule(from, to, answer.changes, report);
  const map = readTextMap(kind, from, to, report);
  if (map === undefined) return undefined;
  if (kind !== 'suffix' || !answer.auto) return mappingRule(map, answer);
  // Every name that ends so can be mapped back, not only that of the question.
  const back = changeNames(mapSuffix(normalize(to.text), normalize(from.text)));
  return mappingRule(map, { auto: false, changes: [back, ...answer.changes] });
}

function readTextMap(kind: Exclude<MatchKind, 'exact'>, from: Token, to: Token, report: Report): TextMap | undefined {
  warnOfDot(kind, from, report);
  if (kind !== 'regex') return makeTextMap(kind, normalize(from.text), normalize(to.text));
  const substitution = readSubstitution(from, to, report);
  return substitution === undefined ? undefined : (name) => substitute(substitution, name);
}

/** CoreDNS takes only what is a regular expression too, and so keeps people from `*.example.org`, which means no wildcard. */
const newName: Kind<DomainName> = {
  word: 'TO',
  read(text) {
    if (!(parseGoRegExp(text) instanceof Complaint)) return domainName.read(text);
    return new Complaint(`"${text}" cannot be the new name`, 'to rename all names of a domain use suffix');
  },
};

function exactRule(from: Token, to: Token, changes: readonly ReplyChange[], report: Report): Rule | undefined {
  const original = readToken(domainName, from, report)?.toLowerCase();
  const target = readToken(newName, to, report);
  if (original === undefined || target === undefined) return undefined;
  const name = target.toLowerCase();
  const all: readonly ReplyChange[] = [changeNames(mapDomain(name, original)), ...changes];
  return {
    reads: 'question',
    apply: (query) => (query.question.name.equals(original) ? renamed(query, name, all) : undefined),
  };
}

/** `answer auto`: the question's own name, and those below it, are mapped back. */
function mappingRule(map: TextMap, { auto, changes }: AnswerPart): Rule {
  return {
    reads: 'question',
    changesQuestionOnly: !auto && changes.length === 0,
    apply(query) {
      const original = query.question.name;
      const text = map(original.canonical);
      if (text === undefined) return undefined;
      const name = legalName(text);
      if (!auto) return renamed(query, name, changes);
      return renamed(query, name, [changeNames(mapDomain(name, original.toLowerCase())), ...changes]);
    },
  };
}

function renamed(query: Query, name: DomainName, changes: readonly ReplyChange[]): Applied {
  return { query: withQuestion(query, { ...query.question, name }), matched: true, changes };
}
