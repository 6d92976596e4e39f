import { expect, it } from 'vitest';
import { type Chained, Chains } from './chains.ts';

class Item implements Chained<Item> {
  chained: Item | undefined;
}

function chain(chains: Chains<Item>, number: number): readonly Item[] {
  const found: Item[] = [];
  for (let item = chains.first(number); item !== undefined; item = item.chained) found.push(item);
  return found;
}

it('keeps those whose numbers end alike together, and lets each go', () => {
  const chains = new Chains<Item>(4);
  const [a, b, c, other] = [new Item(), new Item(), new Item(), new Item()];
  chains.add(1, a);
  chains.add(5, b);
  chains.add(-3, c);
  chains.add(2, other);
  expect(chain(chains, 9)).toEqual([c, b, a]);
  expect(chain(chains, 2)).toEqual([other]);
  chains.delete(5, b);
  expect(chain(chains, 1)).toEqual([c, a]);
  chains.delete(-3, c);
  chains.delete(1, a);
  expect(chain(chains, 1)).toEqual([]);
  expect([a.chained, b.chained, c.chained]).toEqual([undefined, undefined, undefined]);
});
