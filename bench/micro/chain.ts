import type { NamedInstance } from '../../src/plugin-api/context.ts';
import { Later } from '../../src/plugin-api/later.ts';
import { makeReply, type Reply } from '../../src/plugin-api/reply.ts';
import { testQuery } from '../../src/plugin-api/testing.ts';
import { composeChain } from '../../src/server/chain.ts';
import type { MicroCase } from './time.ts';

const LENGTHS = [1, 4, 8, 16];

/** What a query pays for passing plugins that do nothing, before the last one answers it: at once, or later, as one that asks an upstream. */
export function chainCases(): MicroCase[] {
  const query = testQuery({ name: 'backend-1.team-1.svc.cluster.local' });
  const last: NamedInstance = { name: 'last', instance: { handle: (asked) => makeReply(asked) } };
  const handler: NamedInstance = { name: 'handler', instance: { handle: (asked, next) => next(asked) } };
  const observer: NamedInstance = { name: 'observer', instance: { observe: () => {} } };
  const reply = makeReply(query);
  let asked = new Later<Reply | null>();
  const lastAsks: NamedInstance = { name: 'last', instance: { handle: () => (asked = new Later()) } };
  return Object.entries({ handlers: handler, observers: observer }).flatMap(([label, plugin]) =>
    LENGTHS.flatMap((length) => {
      const before = Array.from({ length: length - 1 }, () => plugin);
      const [now, later] = [composeChain([...before, last]), composeChain([...before, lastAsks])];
      if (now === undefined || later === undefined) throw new Error('a chain with a handler is one');
      const runLater = (): unknown => {
        const outcome = later(query);
        asked.settle(reply);
        return outcome;
      };
      return [
        { name: `chain of ${length}, ${label}`, run: () => now(query) },
        { name: `chain of ${length}, ${label}, later`, run: runLater },
      ];
    }),
  );
}
