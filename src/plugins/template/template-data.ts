import { className } from '../../dns/codes.ts';
import type { Question } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { typeName } from '../../dns/types.ts';
import type { Value as ExpressionValue } from '../../plugin-api/expression.ts';
import type { Query } from '../../plugin-api/query.ts';
import { Struct } from './go-template/value.ts';

/** What a name matched. */
export interface NameMatch {
  /** The regular expression. */
  readonly pattern: string;
  /** The groups by number, the whole match first; empty where a group took no part. */
  readonly match: readonly string[];
  /** The same by number and by name. */
  readonly groups: ReadonlyMap<string, string>;
}

/** What templates see as `.`. */
export function templateData(
  query: Query,
  zone: DomainName,
  found: NameMatch,
  variables: ReadonlyMap<string, ExpressionValue>,
): Struct {
  const { question, message } = query;
  return new Struct(
    {
      Zone: zone.text,
      Name: question.name.canonical,
      Regex: found.pattern,
      Match: found.match,
      Group: found.groups,
      Class: className(question.class),
      Type: typeName(question.type),
      Remote: query.client.address,
      Var: variables,
      get Question() {
        return questionData(question, true);
      },
      get Message() {
        return new Struct({
          Id: message.id,
          Response: message.response,
          Opcode: message.opcode,
          Authoritative: message.authoritative,
          Truncated: message.truncated,
          RecursionDesired: message.recursionDesired,
          RecursionAvailable: message.recursionAvailable,
          Zero: message.zero,
          AuthenticatedData: message.authenticData,
          CheckingDisabled: message.checkingDisabled,
          Rcode: message.rcode,
          Question: message.questions.map((one) => questionData(one, false)),
        });
      },
    },
    { Meta: (label) => (typeof label === 'string' ? query.metadata?.get(label)?.() : undefined) ?? '' },
  );
}

/** `asLine`: printed as a line, as Go prints a pointer to a question. */
function questionData(question: Question, asLine: boolean): Struct {
  const fields = { Name: question.name.text, Qtype: question.type, Qclass: question.class };
  const line = `;${question.name.text}\t${className(question.class)}\t ${typeName(question.type)}`;
  return asLine ? new Struct(fields, { String: () => line }, () => line) : new Struct(fields);
}
