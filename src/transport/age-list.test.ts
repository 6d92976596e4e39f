import { expect, it } from 'vitest';
import { type Aged, AgeList } from './age-list.ts';

class Item implements Aged<Item> {
  older: Item | undefined;
  newer: Item | undefined;
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

it('knows the oldest, whoever goes', () => {
  const list = new AgeList<Item>();
  const [a, b, c, d] = [new Item('a'), new Item('b'), new Item('c'), new Item('d')];
  for (const item of [a, b, c]) list.add(item);
  list.delete(b);
  list.add(d);
  list.delete(a);
  list.add(a);
  const order: string[] = [];
  for (let item = list.oldest; item !== undefined; item = list.oldest) {
    order.push(item.name);
    list.delete(item);
  }
  expect(order).toEqual(['c', 'd', 'a']);
  expect([a.older, a.newer, b.older, b.newer]).toEqual([undefined, undefined, undefined, undefined]);
});
