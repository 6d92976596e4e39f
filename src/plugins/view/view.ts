import { type Expression, ExpressionError, queryFunctions, readExpression } from '../../plugin-api/expression.ts';
import { text } from '../../plugin-api/kinds.ts';
import { countArguments, grammar, one } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';

const USAGE = 'EXPRESSION...';
const NO_CONDITIONS: readonly Expression[] = [];
const names = { functions: queryFunctions, variables: new Set<string>() };

export const view: Plugin = definePlugin({
  name: 'view',
  summary: 'Lets only those queries into the server block for which expressions are true.',
  reads: 'everything',
  repeatable: false,
  parameters: one(text('NAME'), { initial: '', summary: 'What metrics and logs call the view.' }),
  options: {
    expr: grammar({
      usage: USAGE,
      summary: 'A condition in the language of expr-lang.org; all of them have to be true.',
      initial: NO_CONDITIONS,
      repeat: 'add',
      read(line, previous, report) {
        if (!countArguments(line, 1, Infinity, USAGE, report)) return previous;
        const condition = readExpression(line.arguments, names, report);
        return condition === undefined ? previous : [...previous, condition];
      },
    }),
  },
  setup([{ argument: name, options }]) {
    const conditions = options.expr;
    return {
      settings: { view: { name, admits: (query) => conditions.every((condition) => isTrue(condition, query)) } },
      describe: (_query, metadata) => void metadata.set('view/name', () => name),
      // In CoreDNS too a block with nothing but a view is one that queries pass.
      handle: (query, next) => next(query),
    };
  },
});

/** A condition that cannot be worked out for a query does not hold. */
function isTrue(condition: Expression, query: Query): boolean {
  try {
    return condition.evaluate(query) === true;
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    return false;
  }
}
