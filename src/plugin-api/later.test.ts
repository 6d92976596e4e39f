import { describe, expect, it } from 'vitest';
import { type Eventual, isLater, Later, whenAllThere, whenThere } from './later.ts';

function twice(value: number): number {
  return value * 2;
}

function refuse(): never {
  throw new Error('refused');
}

describe('a value that is there', () => {
  it('is used at once', () => {
    expect(whenThere(1, twice)).toBe(2);
  });

  it('lets through what its use throws', () => {
    expect(() => whenThere(1, refuse)).toThrow('refused');
  });
});

describe('a value that comes later', () => {
  it('is used in the call that brings it', () => {
    const later = new Later<number>();
    const seen: number[] = [];
    const result = whenThere(whenThere(later, twice), (value) => void seen.push(value));
    expect(isLater(result)).toBe(true);
    expect(seen).toEqual([]);
    later.settle(3);
    expect(seen).toEqual([6]);
  });

  it('is used at once when it has come meanwhile', () => {
    const later = new Later<number>();
    later.settle(1);
    const seen: number[] = [];
    whenThere(later, (value) => void seen.push(value));
    expect(seen).toEqual([1]);
  });

  it('is told to all who wait', () => {
    const later = new Later<string>();
    const seen: string[] = [];
    for (const who of ['a', 'b', 'c']) whenThere(later, (value) => void seen.push(`${who} ${value}`));
    later.settle('x');
    expect(seen).toEqual(['a x', 'b x', 'c x']);
  });

  it('counts once', () => {
    const later = new Later<number>();
    const seen: number[] = [];
    whenThere(later, (value) => void seen.push(value));
    later.settle(1);
    later.settle(2);
    later.fail(new Error('late'));
    expect(seen).toEqual([1]);
  });

  it('may lead to another one', () => {
    const [first, second] = [new Later<number>(), new Later<number>()];
    const seen: number[] = [];
    const result: Eventual<number> = whenThere(first, () => second);
    whenThere(result, (value) => void seen.push(value));
    first.settle(1);
    expect(seen).toEqual([]);
    second.settle(2);
    expect(seen).toEqual([2]);
  });

  it('can be awaited', async () => {
    const later = new Later<number>();
    setImmediate(() => later.settle(1));
    expect(await later).toBe(1);
    expect(await Later.from(Promise.resolve(2))).toBe(2);
  });
});

describe('a failure', () => {
  it('goes on to those who wait', async () => {
    const later = new Later<number>();
    const result = whenThere(whenThere(later, twice), twice);
    later.fail(new Error('broken'));
    await expect(result).rejects.toThrow('broken');
    await expect(Later.from(Promise.reject(new Error('promised')))).rejects.toThrow('promised');
  });

  it('is what a use that throws ends in, not the end of whoever brought the value', async () => {
    const later = new Later<number>();
    const result = whenThere(later, refuse);
    later.settle(1);
    await expect(result).rejects.toThrow('refused');
  });

  it('can be recovered from', () => {
    const later = new Later<number>();
    const seen: number[] = [];
    const recovered = whenThere(whenThere(later, refuse), twice, () => 7);
    whenThere(recovered, (value) => void seen.push(value));
    later.settle(1);
    expect(seen).toEqual([7]);
  });
});

describe('several values', () => {
  it('are there when all are', async () => {
    expect(whenAllThere([1, 2])).toEqual([1, 2]);
    const later = new Later<number>();
    const all = whenAllThere([1, later]);
    expect(isLater(all)).toBe(true);
    later.settle(2);
    expect(await all).toEqual([1, 2]);
  });
});
