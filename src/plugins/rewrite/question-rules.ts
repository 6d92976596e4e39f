import { parseClass } from '../../dns/codes.ts';
import type { Question } from '../../dns/message.ts';
import { parseType } from '../../dns/types.ts';
import { Complaint, countArguments, type Kind, readToken } from '../../plugin-api/options.ts';
import { withQuestion } from '../../plugin-api/query.ts';
import { type Field, NO_CHANGES } from './rule.ts';

/** Another type in the question. */
export const typeField: Field = questionField('type', {
  word: 'TYPE',
  read: (text) => parseType(text) ?? new Complaint(`invalid type "${text}"`, 'write a type as A, AAAA, MX or TYPE65'),
});

/** Another class in the question. */
export const classField: Field = questionField('class', {
  word: 'CLASS',
  read: (text) => parseClass(text) ?? new Complaint(`invalid class "${text}"`, 'write a class as IN, CH or CLASS5'),
});

function questionField(property: keyof Omit<Question, 'name'>, kind: Kind<number>): Field {
  const usage = 'FROM TO';
  return {
    usage,
    read(line, report) {
      if (!countArguments(line, 2, 2, usage, report)) return undefined;
      const [fromToken, toToken] = line.arguments;
      const from = readToken(kind, fromToken, report);
      const to = readToken(kind, toToken, report);
      if (from === undefined || to === undefined) return undefined;
      return {
        reads: 'question',
        changesQuestionOnly: true,
        apply(query) {
          if (query.question[property] !== from) return undefined;
          return {
            query: withQuestion(query, { ...query.question, [property]: to }),
            matched: true,
            changes: NO_CHANGES,
          };
        },
      };
    },
  };
}
