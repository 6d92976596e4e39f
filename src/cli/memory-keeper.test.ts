import { describe, expect, it } from 'vitest';
import { MemoryKeeper } from './memory-keeper.ts';

/**
 * What a keeper does that finds these megabytes, one after the other. Giving back for the first time leaves `left` of
 * them; later there is nothing to gain.
 */
async function run(megabytes: readonly number[], left: number): Promise<string[]> {
  const done: string[] = [];
  let check = 0;
  let now = 0;
  let isFirst = true;
  const keeper = new MemoryKeeper({
    memory: {
      trim: () => {
        done.push(`${check}: trim`);
        if (isFirst) now = left * 1e6;
        isFirst = false;
      },
      dropProgram: async () => void done.push(`${check}: drop`),
    },
    resident: () => now,
  });
  for (const one of megabytes) {
    check++;
    now = one * 1e6;
    await keeper.check();
  }
  return done;
}

function steady(megabytes: number, checks: number): number[] {
  return Array<number>(checks).fill(megabytes);
}

describe('MemoryKeeper', () => {
  const cases: readonly (readonly [string, readonly number[], number, readonly string[]])[] = [
    ['gives back once the start is over', [60, 90, 110, 110.5], 65, ['4: drop', '4: trim']],
    ['does nothing while memory grows', [60, 62, 64, 66], 65, []],
    ['leaves alone what stays as it is', [110, 110, 65, 65.5, 66, 66], 65, ['2: drop', '2: trim']],
    ['gives freed memory back again after it has grown', [110, 110, 65, 70, 70], 65, ['2: drop', '2: trim', '5: trim']],
    ['counts from the least', [110, 110, 64, 64.5, 65, 65.5, 66, 66], 70, ['2: drop', '2: trim', '7: trim']],
    ['does not try again at once for what cannot be given back', steady(110, 50), 110, ['2: drop', '2: trim']],
    [
      'gives back every minute, and the program after ever longer waits',
      [110, 110, ...steady(62, 400)],
      62,
      [
        '2: drop',
        '2: trim',
        '62: drop',
        '62: trim',
        '122: trim',
        '182: drop',
        '182: trim',
        '242: trim',
        '302: trim',
        '362: trim',
      ],
    ],
  ];
  it.each(cases)('%s', async (_, megabytes, left, expected) => {
    expect(await run(megabytes, left)).toEqual(expected);
  });
});
