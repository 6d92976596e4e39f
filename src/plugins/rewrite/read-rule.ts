import { suggest } from '../../corefile/suggest.ts';
import type { Line, Token } from '../../corefile/tree.ts';
import { lowerCase } from '../../dns/name.ts';
import type { Report } from '../../plugin-api/options.ts';
import { cnameField } from './cname-rule.ts';
import { ednsField } from './edns-rule.ts';
import { nameField } from './name-rule.ts';
import { classField, typeField } from './question-rules.ts';
import { rcodeField, ttlField } from './reply-rules.ts';
import type { Field, Rule } from './rule.ts';

/** What follows a rule that was for the query: the next rule, or the next plugin. */
export type Mode = 'continue' | 'stop';

export interface ModalRule {
  readonly mode: Mode;
  readonly rule: Rule;
}

export const RULE_USAGE = '[continue|stop] FIELD ARGUMENT...';

const fields: ReadonlyMap<string, Field> = new Map([
  ['name', nameField],
  ['type', typeField],
  ['class', classField],
  ['ttl', ttlField],
  ['rcode', rcodeField],
  ['cname', cnameField],
  ['edns0', ednsField],
]);

/** Every field as it is written, for the manual. */
export const fieldUsages: readonly string[] = [...fields].map(([name, { usage }]) => `${name} ${usage}`);

/** Reads one directive; undefined after reporting what is wrong. */
export function readRule(directive: Line, report: Report): ModalRule | undefined {
  const words = wordsOf(directive, report);
  const [first, ...others] = words ?? [];
  if (words === undefined) return undefined;
  const given = first === undefined ? undefined : modes.get(lowerCase(first.text));
  const [name, ...rest] = given === undefined ? words : others;
  if (name === undefined) {
    report({
      code: 'rewrite/field',
      message: given === undefined ? 'no rule is given' : `"${given}" must be followed by a rule`,
      place: (first ?? directive.name).place,
      hint: `write: rewrite ${RULE_USAGE}, with a FIELD of ${[...fields.keys()].join(', ')}`,
    });
    return undefined;
  }
  const field = fields.get(lowerCase(name.text));
  if (field === undefined) {
    reportUnknown(name, report);
    return undefined;
  }
  const rule = field.read({ name, arguments: rest, block: undefined }, report);
  return rule === undefined ? undefined : { mode: given ?? 'stop', rule };
}

const modes: ReadonlyMap<string, Mode> = new Map<string, Mode>([
  ['continue', 'continue'],
  ['stop', 'stop'],
]);

/** All words of a rule: those of the line, and those in braces, whose line ends mean nothing. */
function wordsOf(directive: Line, report: Report): readonly Token[] | undefined {
  const { arguments: words, block, opening } = directive;
  if (block === undefined) return words;
  // CoreDNS looks into the braces only when the line itself says no more than a mode.
  const misplaced = words.length > 1 ? opening : block.find((line) => line.block !== undefined)?.opening;
  if (misplaced === undefined) return [...words, ...block.flatMap((line) => [line.name, ...line.arguments])];
  report({
    code: 'option/block',
    message: 'a rule stands either on the line of rewrite or in its braces',
    place: misplaced.place,
    hint: 'put all of the rule in one pair of braces, or write it without',
  });
  return undefined;
}

function reportUnknown(name: Token, report: Report): void {
  const names = [...fields.keys()];
  const near = suggest(lowerCase(name.text), names);
  const answer = lowerCase(name.text) === 'answer';
  report({
    code: 'rewrite/field',
    message: answer ? '"answer" must follow a name rule' : `invalid rule type "${name.text}"`,
    place: name.place,
    hint: answer
      ? 'write: name FROM TO first, in the same pair of braces'
      : near === undefined
        ? `write one of: ${names.join(', ')}`
        : `did you mean "${near}"?`,
  });
}
