import type { Token } from '../corefile/tree.ts';
import { parseAddress } from '../dns/addresses.ts';
import { className } from '../dns/codes.ts';
import { MAXIMUM_MESSAGE_LENGTH, MINIMUM_PAYLOAD_SIZE } from '../dns/message.ts';
import { typeName } from '../dns/types.ts';
import { cidrContains, parseCidr } from '../dns/cidr.ts';
import { builtins } from './expression/builtins.ts';
import { compile, KEYWORDS } from './expression/parser.ts';
import { type Evaluate, predicates } from './expression/predicates.ts';
import { asString, ExpressionError, type Value } from './expression/value.ts';
import { Complaint, type Report } from './options.ts';
import { isDatagram, protocolLabel, type Query } from './query.ts';

export { ExpressionError, type Value } from './expression/value.ts';

/** A function that an expression may call; `subject` is what the expression is about. Throws ExpressionError. */
export type ExpressionFunction<Subject> = (subject: Subject, args: readonly Value[]) => Value;

export type ExpressionFunctions<Subject> = ReadonlyMap<string, ExpressionFunction<Subject>>;

/** What an expression may use besides the language's own functions. */
export interface ExpressionNames<Subject> {
  readonly functions: ExpressionFunctions<Subject>;
  readonly variables: ReadonlySet<string>;
}

const NO_VARIABLES: ReadonlyMap<string, Value> = new Map();

/** An expression in the language of plugins `view` and `template` (https://expr-lang.org), compiled once. */
export class Expression<Subject = Query> {
  readonly #evaluate: Evaluate;
  readonly #functions: ExpressionFunctions<Subject>;

  private constructor(evaluate: Evaluate, functions: ExpressionFunctions<Subject>) {
    this.#evaluate = evaluate;
    this.#functions = functions;
  }

  /** A Complaint says what is wrong with the text. */
  static compile<Subject>(text: string, names: ExpressionNames<Subject>): Expression<Subject> | Complaint {
    try {
      const { functions, variables } = names;
      return new Expression(compile(text, { functions: new Set(functions.keys()), variables }), functions);
    } catch (error) {
      if (!(error instanceof ExpressionError)) throw error;
      return new Complaint(
        `the expression cannot be used: ${error.message}`,
        'see https://expr-lang.org/docs/language-definition',
      );
    }
  }

  /** The value for this subject, a query. Throws ExpressionError when there is none. */
  evaluate(subject: Subject, variables: ReadonlyMap<string, Value> = NO_VARIABLES): Value {
    const call = (name: string, args: readonly Value[]): Value => this.#functions.get(name)?.(subject, args) ?? null;
    return this.#evaluate({ call, variables, item: null, index: 0, accumulator: null });
  }
}

/** The expression that the words of a line make, joined by blanks as in CoreDNS; undefined after reporting what is wrong with it. */
export function readExpression<Subject>(
  words: readonly Token[],
  names: ExpressionNames<Subject>,
  report: Report,
): Expression<Subject> | undefined {
  const expression = Expression.compile(words.map(({ text }) => text).join(' '), names);
  if (!(expression instanceof Complaint)) return expression;
  const place = words[0]?.place;
  if (place !== undefined) {
    const { message, hint } = expression;
    report({ code: 'option/expression', message, place, ...(hint === undefined ? {} : { hint }) });
  }
  return undefined;
}

/** Is the name one that no variable may have, because it means something already? */
export function isReservedName(name: string, functions: ReadonlyMap<string, unknown>): boolean {
  return KEYWORDS.has(name) || builtins.has(name) || predicates.has(name) || functions.has(name);
}

/** Functions about the query: CoreDNS's. Addresses, ports and names are strings, sizes and codes numbers. */
export const queryFunctions: ExpressionFunctions<Query> = new Map<string, ExpressionFunction<Query>>([
  ['type', (query) => typeName(query.question.type)],
  ['name', (query) => query.question.name.canonical],
  ['class', (query) => className(query.question.class)],
  ['proto', (query) => protocolLabel(query.transport)],
  ['size', (query) => query.size],
  ['client_ip', (query) => query.client.address],
  ['port', (query) => String(query.client.port)],
  ['server_ip', (query) => query.local.address],
  ['server_port', (query) => String(query.local.port)],
  ['id', (query) => query.message.id],
  ['opcode', (query) => query.message.opcode],
  ['do', (query) => query.message.edns?.dnssecOk ?? false],
  ['bufsize', bufferSize],
  ['incidr', (_query, [address = null, block = null]) => isInBlock(address, block)],
  ['metadata', (query, [label = null]) => query.metadata?.get(asString(label, 'metadata'))?.() ?? ''],
]);

/** The largest reply that the client takes. */
function bufferSize(query: Query): number {
  if (!isDatagram(query)) return MAXIMUM_MESSAGE_LENGTH;
  return Math.max(MINIMUM_PAYLOAD_SIZE, query.message.edns?.payloadSize ?? 0);
}

function isInBlock(address: Value, block: Value): boolean {
  const octets = parseAddress(asString(address, 'incidr'));
  const parsed = parseCidr(asString(block, 'incidr'));
  if (octets === undefined) throw new ExpressionError('first argument is not an IP address');
  if (parsed === undefined) throw new ExpressionError('second argument is not a CIDR');
  return cidrContains(parsed, octets);
}
