import type { NamedInstance } from '../../src/plugin-api/context.ts';
import { makeReply } from '../../src/plugin-api/reply.ts';
import { testQuery } from '../../src/plugin-api/testing.ts';
import { composeChain } from '../../src/server/chain.ts';
import type { MicroCase } from './time.ts';

const LENGTHS = [1, 4, 8, 16];

/** What a query pays for passing plugins that do nothing, before the last one answers it. */
export function chainCases(): MicroCase[] {
  const query = testQuery({ name: 'backend-1.team-1.svc.cluster.local' });
  const last: NamedInstance = { name: 'last', instance: { handle: (asked) => makeReply(asked) } };
  const handler: NamedInstance = { name: 'handler', instance: { handle: (asked, next) => next(asked) } };
  const observer: NamedInstance = { name: 'observer', instance: { observe: () => {} } };
  return Object.entries({ handlers: handler, observers: observer }).flatMap(([label, plugin]) =>
    LENGTHS.map((length) => {
      const chain = composeChain([...Array.from({ length: length - 1 }, () => plugin), last]);
      if (chain === undefined) throw new Error('a chain with a handler is one');
      return { name: `chain of ${length}, ${label}`, run: () => chain(query) };
    }),
  );
}
