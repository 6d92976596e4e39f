import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { ProcessMemory } from './process-memory.ts';

const memory = await ProcessMemory.open();

// Without it the process keeps what it has: other systems, other C libraries.
describe.runIf(memory !== undefined)('ProcessMemory', () => {
  const resident = (): number => process.memoryUsage.rss();

  it('hands back the pages of the program, which then goes on as before', async () => {
    const before = resident();
    await memory?.dropProgram();
    expect(before - resident()).toBeGreaterThan(5e6);
    expect(JSON.parse('{"a":[1,2]}')).toEqual({ a: [1, 2] });
    expect(new Intl.NumberFormat('en').format(1234)).toBe('1,234');
  });

  it('hands back what has been freed between what has not', () => {
    const freed: Buffer[] = [];
    const kept: Buffer[] = [];
    // Smaller than what the C library would give back by itself, and never at the end of an arena.
    for (let i = 0; i < 2000; i++) {
      freed.push(Buffer.allocUnsafeSlow(30_000).fill(1));
      kept.push(Buffer.allocUnsafeSlow(500).fill(1));
    }
    freed.length = 0;
    collectGarbage();
    const before = resident();
    memory?.trim();
    expect(before - resident()).toBeGreaterThan(20e6);
    expect(kept.every((buffer) => buffer[499] === 1)).toBe(true);
  });
});

it.runIf(process.platform !== 'linux')('is not there on other systems', () => {
  expect(memory).toBeUndefined();
});

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') for (let i = 0; i < 2; i++) collect();
}
