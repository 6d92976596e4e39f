import { getHeapSpaceStatistics } from 'node:v8';
import { expect, it } from 'vitest';
import { execFileSync } from 'node:child_process';

/** Octets of the young generation of a new process that runs `code` and then makes 200 MB of objects, of which a lot live. */
function youngGenerationAfter(code: string): number {
  const program = `
    import { getHeapSpaceStatistics } from 'node:v8';
    import { fixYoungGeneration } from ${JSON.stringify(new URL('./young-generation.ts', import.meta.url).href)};
    ${code}
    const alive = [];
    for (let i = 0; i < 200_000; i++) alive[i % 20_000] = Array(128).fill(i);
    console.log(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size);`;
  return Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program], { encoding: 'utf8' }));
}

it('keeps the young generation from growing', () => {
  expect(youngGenerationAfter('fixYoungGeneration();')).toBe(4 * 1024 * 1024);
  expect(youngGenerationAfter('')).toBeGreaterThan(8 * 1024 * 1024);
});

it('counts both halves, as the statistics do', () => {
  expect(getHeapSpaceStatistics().map(({ space_name }) => space_name)).toContain('new_space');
});
