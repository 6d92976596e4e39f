import type { Token } from '../../corefile/tree.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import { type DomainName, lowerCase } from '../../dns/name.ts';
import { CNAME } from '../../dns/records/cname.ts';
import { goRegExp } from '../../plugin-api/go-regexp.ts';
import { type Eventual, whenThere } from '../../plugin-api/later.ts';
import { countArguments, readToken, type Report } from '../../plugin-api/options.ts';
import type { Query } from '../../plugin-api/query.ts';
import { changeReply, type Reply } from '../../plugin-api/reply.ts';
import { makeTextMap, MATCH_USAGE, matchKind, normalize, type TextMap } from './name-match.ts';
import { NameTemplate } from './name-template.ts';
import { legalName } from './reply-names.ts';
import type { Field } from './rule.ts';

const USAGE = `${MATCH_USAGE} FROM TO`;

/** Another target of an alias in the reply, which is then resolved by the server itself. */
export const cnameField: Field = {
  usage: USAGE,
  read(line, report) {
    if (!countArguments(line, 2, 3, USAGE, report)) return undefined;
    const [first, second, third] = line.arguments;
    if (first === undefined || second === undefined) return undefined;
    const map = third === undefined ? exactly(first, second) : readTargetMap(first, second, third, report);
    if (map === undefined) return undefined;
    return {
      reads: 'question',
      apply: (query) => ({ query, matched: true, changes: [(reply) => changeTarget(reply, query, map)] }),
    };
  },
};

/** Unlike a name rule, this one takes parts of names as they are written. */
function readTargetMap(kindToken: Token, from: Token, to: Token, report: Report): TextMap | undefined {
  const kind = readToken(matchKind, kindToken, report);
  if (kind === undefined) return undefined;
  if (kind === 'exact') return exactly(from, to);
  if (kind !== 'regex') return makeTextMap(kind, lowerCase(from.text), lowerCase(to.text));
  const pattern = readToken(goRegExp, from, report);
  if (pattern === undefined) return undefined;
  const template = new NameTemplate(to.text);
  return (name) => {
    const match = pattern.exec(name);
    return match === null ? undefined : template.expand(match);
  };
}

function exactly(from: Token, to: Token): TextMap {
  const old = normalize(from.text);
  const replacement = normalize(to.text);
  return (name) => (name === old ? replacement : undefined);
}

/** The reply with another target in the first alias that the rule is for, and what that target has. Throws IllegalNameError. */
function changeTarget(reply: Reply, query: Query, map: TextMap): Eventual<Reply> {
  for (const [i, record] of reply.answers.entries()) {
    if (!CNAME.is(record)) continue;
    const text = map(record.data.target.canonical);
    if (text === undefined) continue;
    const target = legalName(text);
    const above = reply.answers.slice(0, i).filter((other) => CNAME.is(other));
    const aliases = [...above, { ...record, data: { target } }];
    // An alias of itself has nothing to look up.
    if (aliases.some(({ name }) => name.equals(target)))
      return changeReply(reply, { answers: aliases, validity: undefined });
    const use = (below: Reply | null): Reply => join(reply, aliases, target, below);
    const outcome = query.resolve(query, { ...query.question, name: target });
    return whenThere(outcome, use);
  }
  return reply;
}

/** `below` is the answer about `target`, the last alias's; without one the reply stays as it is. */
function join(reply: Reply, aliases: readonly ResourceRecord[], target: DomainName, below: Reply | null): Reply {
  if (below === null)
    return changeReply(reply, { error: new Error(`upstream lookup failed: ${target.text} got no answer`) });
  // What the other name has may change without this one.
  return changeReply(reply, {
    answers: [...aliases, ...below.answers],
    truncated: below.truncated,
    validity: undefined,
  });
}
