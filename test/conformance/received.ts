import type { ReceivedQuery, ReceivedStep } from './case.ts';

/** The difference between what an upstream was asked and what was recorded, as multisets; empty when they fit. */
export function compareReceived(step: ReceivedStep, received: readonly ReceivedQuery[]): string[] {
  const { ignore = ['.'], limit } = step.received;
  const ignored = new Set(ignore.map((name) => name.toLowerCase()));
  const counted = received.filter(({ name }) => !ignored.has(name.toLowerCase())).slice(0, limit);
  const expected = step.queries.map(canonical);
  const actual = counted.map(canonical);
  const missing = without(expected, actual).map((query) => `  - ${query}`);
  const unexpected = without(actual, expected).map((query) => `  + ${query}`);
  if (missing.length + unexpected.length === 0) return [];
  return [`questions to ${step.received.upstream} (- expected, + came):\n${[...missing, ...unexpected].join('\n')}`];
}

function canonical({ name, type, class: className = 'IN', transport, flags, edns }: ReceivedQuery): string {
  const header = `${name.toLowerCase()} ${className} ${type} ${transport} ${flags.toSorted().join(',')}`;
  return edns === undefined ? header : `${header} ${JSON.stringify({ ...edns, options: edns.options ?? [] })}`;
}

/** The members of `list` that are left when those of `other` are taken away one by one. */
function without(list: readonly string[], other: readonly string[]): string[] {
  const left = [...list];
  for (const member of other) {
    const i = left.indexOf(member);
    if (i >= 0) left.splice(i, 1);
  }
  return left;
}
