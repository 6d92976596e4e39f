import type { Line } from '../../corefile/tree.ts';
import type { Eventual } from '../../plugin-api/later.ts';
import type { Reads } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import type { Report } from '../../plugin-api/options.ts';
import type { Reply } from '../../plugin-api/reply.ts';

/** What a rule does to the reply. Throws IllegalNameError. */
export type ReplyChange = (reply: Reply) => Eventual<Reply>;

/** What a rule made of a query. */
export interface Applied {
  /** For the next rule, or the next plugin. */
  readonly query: Query;
  /** False when the rule was not for this query and only the form of the query changed. */
  readonly matched: boolean;
  /** The last one is the first to be applied. */
  readonly changes: readonly ReplyChange[];
}

/** One rule, without its mode. */
export interface Rule {
  /** What it looks at. */
  readonly reads: Reads;
  /** Does it change the question and nothing in the reply? Then a reply may come to have another question than the query. */
  readonly changesQuestionOnly?: boolean;
  /** The EDNS option that it is about, if it is one that clients may see again. */
  readonly localOption?: number;
  /** Undefined when the rule is not for this query. Throws IllegalNameError. */
  readonly apply: (query: Query) => Applied | undefined;
}

/** A kind of rule: how it is written after its name, and how that is read. */
export interface Field {
  readonly usage: string;
  /** `line`: the field's name and what follows it. Reports what is wrong and then returns undefined. */
  readonly read: (line: Line, report: Report) => Rule | undefined;
}

/** Rewriting gave a text that is no domain name. */
export class IllegalNameError extends Error {
  constructor(text: string) {
    super(`invalid name after rewrite: ${text.endsWith('.') ? text : `${text}.`}`);
    this.name = 'IllegalNameError';
  }
}

export const NO_CHANGES: readonly ReplyChange[] = [];
