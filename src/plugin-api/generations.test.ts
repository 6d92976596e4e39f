import { describe, expect, it } from 'vitest';
import { Generations } from './generations.ts';
import { dependingOn, recordedBy, validWhile } from './validity.ts';

describe('Generations', () => {
  it('gives one text one slot, and different texts different ones as a rule', () => {
    const generations = new Generations();
    const slots = new Set(Array.from({ length: 1000 }, (_, i) => generations.slotOf(`shop/service-${i}`)));
    expect(generations.slotOf('shop/web')).toBe(generations.slotOf('shop/web'));
    expect(slots.size).toBeGreaterThan(980);
  });

  it('moves one slot and no other', () => {
    const generations = new Generations();
    const [web, db] = [generations.slotOf('shop/web'), generations.slotOf('shop/db')];
    const before = [generations.at(web), generations.at(db)];
    generations.move(web);
    expect([generations.at(web) === before[0], generations.at(db) === before[1]]).toEqual([false, true]);
  });

  it('hands out slots of one owner again, moved', () => {
    const generations = new Generations();
    const first = generations.own();
    const counter = generations.at(first);
    expect(generations.own()).not.toBe(first);
    generations.release(first);
    expect(generations.own()).toBe(first);
    expect(generations.at(first)).not.toBe(counter);
  });

  it('says so when there are too many owners', () => {
    const generations = new Generations();
    expect(() => {
      for (let i = 0; i < 10_000; i++) generations.own();
    }).toThrow('too many plugins want a generation of their own');
  });
});

describe('a validity', () => {
  it('has the counters as they are when it is made', () => {
    const generations = new Generations();
    const slot = generations.own();
    generations.set(slot, 7);
    const validity = validWhile(generations, [slot]);
    generations.move(slot);
    expect(validity).toMatchObject({ until: Infinity, slots: [slot], counters: [7] });
  });

  it('can depend on more, and be counted by more', () => {
    const generations = new Generations();
    const [one, two] = [generations.own(), generations.own()];
    const recorder = { record: () => {} };
    const validity = recordedBy(dependingOn(validWhile(generations, [one]), generations, [two]), recorder);
    expect(validity).toMatchObject({ slots: [one, two], recorders: [recorder] });
    expect(dependingOn(undefined, generations, [two])).toBeUndefined();
    expect(recordedBy(undefined, recorder)).toBeUndefined();
  });
});
