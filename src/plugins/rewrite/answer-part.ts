import type { Token } from '../../corefile/tree.ts';
import { oneOf } from '../../plugin-api/kinds.ts';
import { readToken, type Report } from '../../plugin-api/options.ts';
import { readSubstitution } from './name-match.ts';
import { changeOwners, changeValues, mapPattern } from './reply-names.ts';
import type { ReplyChange } from './rule.ts';

export const ANSWER_USAGE = '[answer auto] [answer name|value FROM TO]...';

/** What a name rule says about the reply. */
export interface AnswerPart {
  /** Map the names of the question back. */
  readonly auto: boolean;
  readonly changes: readonly ReplyChange[];
}

const answerKind = oneOf(['auto', 'name', 'value']);

/** The words after TO. CoreDNS wants the word `answer` before the first part only. Undefined after reporting what is wrong. */
export function readAnswerPart(words: readonly Token[], report: Report): AnswerPart | undefined {
  const [first] = words;
  if (first !== undefined && first.text !== 'answer') {
    reportAnswer(report, first, `"${first.text}" is one too many`, 'only "answer …" may follow');
    return undefined;
  }
  const changes: ReplyChange[] = [];
  const rest = [...words];
  let auto = false;
  let names: Token | undefined;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const token = word.text === 'answer' ? rest.shift() : word;
    if (token === undefined) {
      reportAnswer(report, word, '"answer" needs to know what of the answer to change');
      return undefined;
    }
    const kind = readToken(answerKind, token, report);
    if (kind === undefined) return undefined;
    if (kind === 'auto') {
      auto = true;
      continue;
    }
    const [from, to] = rest.splice(0, 2);
    if (from === undefined || to === undefined) {
      reportAnswer(report, token, `"answer ${kind}" needs 2 arguments`);
      return undefined;
    }
    const substitution = readSubstitution(from, to, report);
    if (substitution === undefined) return undefined;
    if (kind === 'name') names ??= token;
    changes.push((kind === 'name' ? changeOwners : changeValues)(mapPattern(substitution)));
  }
  if (auto && names !== undefined) {
    reportAnswer(
      report,
      names,
      '"answer auto" changes the names already',
      'keep one of them; "answer value" goes with both',
    );
    return undefined;
  }
  return { auto, changes };
}

function reportAnswer(report: Report, token: Token, message: string, hint = `write: ${ANSWER_USAGE}`): void {
  report({ code: 'rewrite/answer', message, place: token.place, hint });
}
