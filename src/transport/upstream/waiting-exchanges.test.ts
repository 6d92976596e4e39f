import { expect, test } from 'vitest';
import { PromisedExchange } from './exchange.ts';
import { WaitingExchanges } from './waiting-exchanges.ts';

function exchange(id: number): PromisedExchange {
  const made = new PromisedExchange(new Uint8Array(12), 1000);
  made.id = id;
  return made;
}

test('exchanges are found by id, and are in the order in which they came', () => {
  const waiting = new WaitingExchanges();
  // Several to a chain.
  const all = [0, 64, 128, 1, 65_535].map(exchange);
  for (const one of all) waiting.add(one);
  expect(all.map(({ id }) => waiting.find(id))).toEqual(all);
  expect([waiting.find(192), waiting.size, waiting.oldest]).toEqual([undefined, 5, all[0]]);
  for (const one of [all[1], all[0]]) if (one !== undefined) waiting.delete(one);
  expect([waiting.find(0), waiting.find(64), waiting.find(128)]).toEqual([undefined, undefined, all[2]]);
  expect([waiting.size, waiting.oldest]).toEqual([3, all[2]]);
  expect(waiting.takeAll()).toEqual(all.slice(2));
  expect([waiting.size, waiting.oldest, waiting.find(1)]).toEqual([0, undefined, undefined]);
});
