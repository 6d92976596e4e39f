import { describe, expect, it } from 'vitest';
import { MemoryKeeper } from './memory-keeper.ts';

/** What a keeper does when it finds these megabytes, one after the other; giving back makes them `after`. */
async function run(megabytes: readonly number[], after: number): Promise<string[]> {
  const done: string[] = [];
  let now = 0;
  const keeper = new MemoryKeeper({
    memory: {
      trim: () => {
        done.push(`${now / 1e6}: trim`);
        now = after * 1e6;
      },
      dropProgram: async () => void done.push(`${now / 1e6}: drop`),
    },
    resident: () => now,
  });
  for (const one of megabytes) {
    now = one * 1e6;
    await keeper.check();
  }
  return done;
}

describe('MemoryKeeper', () => {
  const cases: readonly (readonly [string, readonly number[], number, readonly string[]])[] = [
    ['gives back once the start is over', [60, 90, 110, 110.5], 65, ['110.5: drop', '110.5: trim']],
    ['does nothing while memory grows', [60, 62, 64, 66], 65, []],
    ['leaves alone what stays as it is', [110, 110, 65, 65.5, 66, 66], 65, ['110: drop', '110: trim']],
    ['drops the program only once', [110, 110, 65, 70, 70], 65, ['110: drop', '110: trim', '70: trim']],
    ['counts from the least', [110, 110, 70, 64, 65, 66, 67, 68], 70, ['110: drop', '110: trim', '68: trim']],
    ['does not try again for what cannot be given back', [110, 110, 110, 110], 110, ['110: drop', '110: trim']],
  ];
  it.each(cases)('%s', async (_, megabytes, after, expected) => {
    expect(await run(megabytes, after)).toEqual(expected);
  });
});
