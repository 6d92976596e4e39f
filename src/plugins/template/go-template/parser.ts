import { Action } from './action.ts';
import { type Piece, readPieces, type TemplateToken } from './lexer.ts';
import type { Command, Nodes, Operand, ParsedTemplate, Pipeline, TemplateNode, Term } from './syntax.ts';
import { TemplateError } from './value.ts';

/** Blocks and parentheses within one another; far more than anybody writes, far less than the stack holds. */
const MAXIMUM_DEPTH = 200;

/** Parses the syntax of Go's package text/template; `functions` are the names that may be called. Throws TemplateError. */
export function parseTemplate(template: string, functions: ReadonlySet<string>): ParsedTemplate {
  return new Parser(readPieces(template), functions).whole();
}

/** How a list of nodes ended. */
type End = 'end' | 'else' | 'text';

class Parser {
  readonly #pieces: readonly Piece[];
  readonly #functions: ReadonlySet<string>;
  readonly #definitions = new Map<string, Nodes>();
  #variables: string[] = ['$'];
  #piece = 0;
  #action: Action = new Action([]);
  #depth = 0;
  #ranges = 0;

  constructor(pieces: readonly Piece[], functions: ReadonlySet<string>) {
    this.#pieces = pieces;
    this.#functions = functions;
  }

  whole(): ParsedTemplate {
    const [nodes, end] = this.#nodes();
    if (end !== 'text') throw new TemplateError(`unexpected {{${end}}}`);
    return { nodes, definitions: this.#definitions };
  }

  #nodes(): [nodes: Nodes, end: End] {
    if (++this.#depth > MAXIMUM_DEPTH) throw new TemplateError('blocks are nested too deeply');
    const nodes: TemplateNode[] = [];
    for (let piece = this.#pieces[this.#piece++]; piece !== undefined; piece = this.#pieces[this.#piece++]) {
      if ('text' in piece) {
        nodes.push({ kind: 'text', text: piece.text });
        continue;
      }
      this.#action = new Action(piece.action);
      if (this.#action.takeName('end')) {
        this.#depth--;
        this.#action.finish();
        return [nodes, 'end'];
      }
      if (this.#action.takeName('else')) {
        this.#depth--;
        return [nodes, 'else'];
      }
      nodes.push(...this.#node());
    }
    this.#depth--;
    return [nodes, 'text'];
  }

  /** One action, up to its `end` if it has one; a definition leaves no node. */
  #node(): Nodes {
    const action = this.#action;
    for (const kind of ['if', 'with', 'range'] as const) if (action.takeName(kind)) return [this.#block(kind)];
    for (const kind of ['break', 'continue'] as const) {
      if (!action.takeName(kind)) continue;
      if (this.#ranges === 0) throw new TemplateError(`{{${kind}}} outside {{range}}`);
      action.finish();
      return [{ kind }];
    }
    if (action.takeName('template') || action.sees('block')) return [this.#call()];
    if (action.takeName('define')) {
      const name = this.#templateName('define');
      action.finish();
      this.#definitions.set(name, this.#definition());
      return [];
    }
    return [{ kind: 'action', pipeline: this.#pipeline('command') }];
  }

  #definition(): Nodes {
    const outer = this.#variables;
    this.#variables = ['$'];
    const [nodes, end] = this.#nodes();
    if (end !== 'end') throw new TemplateError('{{end}} is missing');
    this.#variables = outer;
    return nodes;
  }

  #call(): TemplateNode {
    const defines = this.#action.takeName('block');
    const name = this.#templateName('template');
    const pipeline = this.#action.peek() === undefined ? undefined : this.#pipeline('template');
    if (defines) this.#definitions.set(name, this.#definition());
    return { kind: 'template', name, pipeline };
  }

  #templateName(context: string): string {
    const token = this.#action.next();
    if (token?.kind !== 'string') throw new TemplateError(`${context} needs a name in quotes`);
    return token.text;
  }

  #block(kind: 'if' | 'with' | 'range'): TemplateNode {
    const visible = this.#variables.length;
    const pipeline = this.#pipeline(kind);
    if (kind === 'range') this.#ranges++;
    const [body, end] = this.#nodes();
    if (kind === 'range') this.#ranges--;
    let otherwise: Nodes = [];
    if (end === 'text') throw new TemplateError(`{{end}} is missing for {{${kind}}}`);
    if (end === 'else') {
      const chained = kind !== 'range' && this.#action.takeName(kind);
      if (chained) {
        otherwise = [this.#block(kind)];
      } else {
        this.#action.finish();
        const [nodes, last] = this.#nodes();
        if (last !== 'end')
          throw new TemplateError(last === 'else' ? 'expected end; found {{else}}' : '{{end}} is missing');
        otherwise = nodes;
      }
    }
    this.#variables.length = visible;
    return { kind, pipeline, body, otherwise };
  }

  #pipeline(context: string): Pipeline {
    const action = this.#action;
    const { variables, declares } = this.#targets(context === 'range' ? 2 : 1);
    const commands = this.#commands(context);
    if (action.peek() !== undefined) throw new TemplateError(`unexpected "${action.peek()?.text}" in ${context}`);
    if (declares) this.#variables.push(...variables);
    return { commands, variables, declares };
  }

  #targets(most: number): { variables: readonly string[]; declares: boolean } {
    const found = this.#action.takeTargets(most);
    if (found === undefined) return { variables: [], declares: false };
    if (!found.declares) for (const name of found.variables) this.#check(name);
    return found;
  }

  #commands(context: string): Command[] {
    const commands: Command[] = [];
    do {
      const command = this.#command();
      if (command === undefined) {
        throw new TemplateError(
          commands.length === 0 ? `missing value for ${context}` : `missing value after "|" in ${context}`,
        );
      }
      commands.push(command);
    } while (this.#action.take('|'));
    return commands;
  }

  #command(): Command | undefined {
    const first = this.#term();
    if (first === undefined) return undefined;
    const args: Term[] = [];
    for (let term = this.#term(); term !== undefined; term = this.#term()) args.push(term);
    return [first, ...args];
  }

  #term(): Term | undefined {
    const token = this.#action.peek();
    if (token === undefined || (token.kind === 'operator' && token.text !== '.' && token.text !== '('))
      return undefined;
    this.#action.next();
    const fields: string[] = token.kind === 'field' ? [token.text] : [];
    const operand = this.#operand(token);
    for (let next = this.#action.peek(); next?.kind === 'field' && next.attached; next = this.#action.peek()) {
      fields.push(next.text);
      this.#action.next();
    }
    return { operand, fields };
  }

  #operand(token: TemplateToken): Operand {
    switch (token.kind) {
      case 'field':
        return { kind: 'dot' };
      case 'string':
        return { kind: 'literal', value: token.text };
      case 'number':
        if (Number.isNaN(token.number)) throw new TemplateError(`bad number syntax: "${token.text}"`);
        return { kind: 'literal', value: token.number };
      case 'variable':
        this.#check(token.text);
        return { kind: 'variable', name: token.text };
      case 'name':
        return this.#named(token.text);
      default:
        return token.text === '(' ? { kind: 'pipeline', pipeline: this.#parenthesis() } : { kind: 'dot' };
    }
  }

  #named(name: string): Operand {
    if (name === 'true' || name === 'false') return { kind: 'literal', value: name === 'true' };
    if (name === 'nil') return { kind: 'literal', value: null };
    if (!this.#functions.has(name)) throw new TemplateError(`function "${name}" not defined`);
    return { kind: 'function', name };
  }

  #parenthesis(): Pipeline {
    if (++this.#depth > MAXIMUM_DEPTH) throw new TemplateError('parentheses are nested too deeply');
    const commands = this.#commands('parenthesized pipeline');
    if (!this.#action.take(')')) throw new TemplateError('unclosed left paren');
    this.#depth--;
    return { commands, variables: [], declares: false };
  }

  #check(name: string): void {
    if (!this.#variables.includes(name)) throw new TemplateError(`undefined variable "${name}"`);
  }
}
