import { setTimeout as sleep } from 'node:timers/promises';

/** Pause between two looks at something that is expected to change: short beside the seconds that it may take. */
const PAUSE_MS = 40;

/** Compares again until nothing differs or `deadline` (as of `Date.now()`) has passed; the last differences are the result. */
export async function eventually(deadline: number, compare: () => string[] | Promise<string[]>): Promise<string[]> {
  for (;;) {
    const differences = await compare();
    if (differences.length === 0 || Date.now() >= deadline) return differences;
    await sleep(PAUSE_MS);
  }
}
