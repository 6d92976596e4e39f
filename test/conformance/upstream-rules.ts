import { DomainName } from '../../src/dns/name.ts';
import type { ReceivedQuery, UpstreamRule } from './case.ts';

/** The rules of an upstream, each with the number of answers that it still gives. */
export class RuleBook {
  readonly #rules: { readonly rule: UpstreamRule; left: number }[];

  constructor(rules: readonly UpstreamRule[]) {
    this.#rules = rules.map((rule) => ({ rule, left: rule.times ?? Infinity }));
  }

  /** The first rule that fits and is not used up; it is used once more by this. */
  find(query: ReceivedQuery): UpstreamRule | undefined {
    const entry = this.#rules.find(({ rule, left }) => left > 0 && fits(rule, query));
    if (entry === undefined) return undefined;
    entry.left -= 1;
    return entry.rule;
  }
}

function fits({ name = '*', type = 'ANY', transport }: UpstreamRule, query: ReceivedQuery): boolean {
  if (type !== 'ANY' && type !== query.type) return false;
  if (transport !== undefined && transport !== query.transport) return false;
  if (name === '*') return true;
  const asked = DomainName.parse(query.name);
  if (!name.startsWith('*.')) return asked.equals(DomainName.parse(name));
  const suffix = DomainName.parse(name.slice(2));
  return asked.isWithin(suffix) && !asked.equals(suffix);
}
