import type { Value } from './value.ts';

/** A value as it is written. */
export type Operand =
  | { readonly kind: 'literal'; readonly value: Value }
  | { readonly kind: 'dot' }
  | { readonly kind: 'variable'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string }
  | { readonly kind: 'pipeline'; readonly pipeline: Pipeline };

/** An operand and the fields taken from it, one after the other. */
export interface Term {
  readonly operand: Operand;
  readonly fields: readonly string[];
}

/** What to call, or to take, and its arguments. */
export type Command = readonly [Term, ...Term[]];

export interface Pipeline {
  readonly commands: readonly Command[];
  /** Variables that get the result; those of a range with two get the index first. */
  readonly variables: readonly string[];
  /** Are they new ones? */
  readonly declares: boolean;
}

/** What a template consists of. */
export type TemplateNode =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'action'; readonly pipeline: Pipeline }
  | {
      readonly kind: 'if' | 'with' | 'range';
      readonly pipeline: Pipeline;
      readonly body: Nodes;
      readonly otherwise: Nodes;
    }
  | { readonly kind: 'break' | 'continue' }
  | { readonly kind: 'template'; readonly name: string; readonly pipeline: Pipeline | undefined };

export type Nodes = readonly TemplateNode[];

/** A compiled template and those that it defines. */
export interface ParsedTemplate {
  readonly nodes: Nodes;
  readonly definitions: ReadonlyMap<string, Nodes>;
}
