import type { Line, Token } from '../../corefile/tree.ts';
import {
  type Expression,
  type ExpressionFunction,
  type ExpressionFunctions,
  isReservedName,
  queryFunctions,
  readExpression,
  type Value,
} from '../../plugin-api/expression.ts';
import type { Report } from '../../plugin-api/options.ts';
import type { Query } from '../../plugin-api/query.ts';

/** A query whose name has matched. */
export interface MatchedQuery {
  readonly query: Query;
  /** By number and by name. */
  readonly groups: ReadonlyMap<string, string>;
}

const functions: ExpressionFunctions<MatchedQuery> = new Map<string, ExpressionFunction<MatchedQuery>>([
  ...[...queryFunctions].map(([name, about]): [string, ExpressionFunction<MatchedQuery>] => [
    name,
    (matched, args) => about(matched.query, args),
  ]),
  [
    'group',
    ({ groups }, [key = null]) =>
      (typeof key === 'string' || typeof key === 'number' ? groups.get(String(key)) : undefined) ?? '',
  ],
]);

/** The variables and conditions of one template. */
export class Conditions {
  readonly #variables: readonly { readonly name: string; readonly expression: Expression<MatchedQuery> }[];
  readonly #conditions: readonly Expression<MatchedQuery>[];

  /** Compiles what stands on the lines of `var` and `expr`; reports what is wrong with them. */
  constructor(variables: readonly Line[], conditions: readonly Line[], report: Report) {
    const known = new Set<string>();
    this.#variables = variables.flatMap((line) => {
      const [name, ...tokens] = line.arguments;
      if (name === undefined || !checkName(name, report)) return [];
      const expression = readExpression(tokens, { functions, variables: known }, report);
      known.add(name.text);
      return expression === undefined ? [] : [{ name: name.text, expression }];
    });
    this.#conditions = conditions.flatMap(
      (line) => readExpression(line.arguments, { functions, variables: known }, report) ?? [],
    );
  }

  /** The variables for this query; undefined if a condition does not hold. Throws ExpressionError. */
  evaluate(matched: MatchedQuery): ReadonlyMap<string, Value> | undefined {
    const values = new Map<string, Value>();
    for (const { name, expression } of this.#variables) values.set(name, expression.evaluate(matched, values));
    return this.#conditions.every((condition) => condition.evaluate(matched, values) === true) ? values : undefined;
  }
}

function checkName(token: Token, report: Report): boolean {
  const { text, place } = token;
  const valid = /^[A-Za-z_]\w*$/.test(text);
  if (valid && !isReservedName(text, functions)) return true;
  report({
    code: 'template/variable',
    message: valid ? `variable name "${text}" is reserved` : `invalid variable name "${text}"`,
    place,
    hint: 'take a name of letters, digits and _ that is no function and no word of the expression language',
  });
  return false;
}
