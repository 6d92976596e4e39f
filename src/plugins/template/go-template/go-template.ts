import { fieldOf, functions, SHORT_CIRCUIT } from './functions.ts';
import { parseTemplate } from './parser.ts';
import type { Command, Nodes, ParsedTemplate, Pipeline, TemplateNode, Term } from './syntax.ts';
import { isList, isMap, isTrue, kindOf, printValue, TemplateError, type Value } from './value.ts';

const NAMES: ReadonlySet<string> = new Set([...functions.keys(), ...SHORT_CIRCUIT]);

/** Templates that call one another, as deep as Go lets them, would exhaust the stack. */
const MAXIMUM_CALLS = 100;

/** A template in the language of Go's package text/template. */
export class GoTemplate {
  readonly #parsed: ParsedTemplate;

  /** Throws TemplateError. */
  constructor(text: string) {
    this.#parsed = parseTemplate(text, NAMES);
  }

  /** The output for `data`, which is `.` and `$`. Throws TemplateError. */
  execute(data: Value): string {
    const run = new Run(this.#parsed, data, 0);
    run.nodes(this.#parsed.nodes, data);
    return run.output;
  }
}

/** How a list of nodes ended. */
type Flow = 'on' | 'break' | 'continue';

class Run {
  output = '';
  readonly #parsed: ParsedTemplate;
  readonly #calls: number;
  readonly #variables: { readonly name: string; value: Value }[];

  constructor(parsed: ParsedTemplate, data: Value, calls: number) {
    this.#parsed = parsed;
    this.#calls = calls;
    this.#variables = [{ name: '$', value: data }];
  }

  nodes(nodes: Nodes, dot: Value): Flow {
    for (const node of nodes) {
      const flow = this.#node(node, dot);
      if (flow !== 'on') return flow;
    }
    return 'on';
  }

  #node(node: TemplateNode, dot: Value): Flow {
    switch (node.kind) {
      case 'text':
        this.output += node.text;
        return 'on';
      case 'action': {
        const value = this.#pipeline(node.pipeline, dot);
        if (node.pipeline.variables.length === 0) this.output += printValue(value);
        return 'on';
      }
      case 'break':
      case 'continue':
        return node.kind;
      case 'template':
        this.#call(node.name, node.pipeline === undefined ? null : this.#pipeline(node.pipeline, dot));
        return 'on';
      default:
        return this.#block(node, dot);
    }
  }

  #block(node: TemplateNode & { readonly kind: 'if' | 'with' | 'range' }, dot: Value): Flow {
    const visible = this.#variables.length;
    try {
      if (node.kind === 'range') return this.#range(node, dot);
      const value = this.#pipeline(node.pipeline, dot);
      if (!isTrue(value)) return this.nodes(node.otherwise, dot);
      return this.nodes(node.body, node.kind === 'with' ? value : dot);
    } finally {
      this.#variables.length = visible;
    }
  }

  #range(node: TemplateNode & { readonly kind: 'if' | 'with' | 'range' }, dot: Value): Flow {
    const { variables, declares } = node.pipeline;
    const value = this.#pipeline({ ...node.pipeline, variables: [] }, dot);
    if (declares) for (const name of variables) this.#variables.push({ name, value: undefined });
    const elements = elementsOf(value);
    const visible = this.#variables.length;
    for (const [key, element] of elements) {
      const values = variables.length === 2 ? [key, element] : [element];
      for (const [i, name] of variables.entries()) this.#assign(name, values[i]);
      const flow = this.nodes(node.body, element);
      this.#variables.length = visible;
      if (flow === 'break') break;
    }
    return elements.length === 0 ? this.nodes(node.otherwise, dot) : 'on';
  }

  #call(name: string, data: Value): void {
    const nodes = this.#parsed.definitions.get(name);
    if (nodes === undefined) throw new TemplateError(`template "${name}" not defined`);
    if (this.#calls >= MAXIMUM_CALLS) throw new TemplateError('templates call one another too deeply');
    const run = new Run(this.#parsed, data, this.#calls + 1);
    run.nodes(nodes, data);
    this.output += run.output;
  }

  #pipeline(pipeline: Pipeline, dot: Value): Value {
    let value: Value;
    for (const [i, command] of pipeline.commands.entries()) {
      value = this.#command(command, dot, i === 0 ? [] : [value]);
    }
    for (const name of pipeline.variables) {
      if (pipeline.declares) this.#variables.push({ name, value });
      else this.#assign(name, value);
    }
    return value;
  }

  /** `last` is the result of the command before, the last argument of this one. */
  #command([first, ...rest]: Command, dot: Value, last: readonly Value[]): Value {
    const { operand, fields } = first;
    if (operand.kind === 'function' && fields.length === 0) {
      if (SHORT_CIRCUIT.has(operand.name)) return this.#shortCircuit(operand.name === 'or', rest, dot, last);
      const args = [...rest.map((term) => this.#term(term, dot, [])), ...last];
      return functions.get(operand.name)?.(...args);
    }
    const args = [...rest.map((term) => this.#term(term, dot, [])), ...last];
    if (args.length > 0 && fields.length === 0) throw new TemplateError("can't give argument to non-function");
    return this.#term(first, dot, args);
  }

  /** `and` ends with the first value that is empty, `or` with the first that is not. */
  #shortCircuit(until: boolean, rest: readonly Term[], dot: Value, last: readonly Value[]): Value {
    let value: Value;
    for (const term of rest) {
      value = this.#term(term, dot, []);
      if (isTrue(value) === until) return value;
    }
    if (rest.length + last.length === 0) throw new TemplateError('wrong number of args: want at least 1, got 0');
    return last.length > 0 ? last[0] : value;
  }

  #term({ operand, fields }: Term, dot: Value, args: readonly Value[]): Value {
    let value = this.#operand(operand, dot);
    for (const [i, name] of fields.entries()) value = fieldOf(value, name, i === fields.length - 1 ? args : []);
    return value;
  }

  #operand(operand: Term['operand'], dot: Value): Value {
    switch (operand.kind) {
      case 'literal':
        return operand.value;
      case 'dot':
        return dot;
      case 'variable':
        return this.#variables.findLast(({ name }) => name === operand.name)?.value;
      case 'function':
        return functions.get(operand.name)?.();
      default:
        return this.#pipeline(operand.pipeline, dot);
    }
  }

  #assign(name: string, value: Value): void {
    const variable = this.#variables.findLast((candidate) => candidate.name === name);
    if (variable !== undefined) variable.value = value;
  }
}

function elementsOf(value: Value): readonly (readonly [key: Value, element: Value])[] {
  if (isList(value)) return [...value.entries()];
  if (isMap(value)) return [...value].toSorted(([a], [b]) => (a < b ? -1 : 1));
  if (typeof value === 'number') return Array.from({ length: Math.max(0, value) }, (_, i) => [i, i] as const);
  if (value === null || value === undefined) return [];
  throw new TemplateError(`range can't iterate over ${kindOf(value)}`);
}
