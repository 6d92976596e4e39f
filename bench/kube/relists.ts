import { setTimeout as sleep } from 'node:timers/promises';
import type { MeasuredProcess } from './measured-process.ts';
import type { Subject } from './subject.ts';

/** Milliseconds and megabytes. */
export interface RelistFigures {
  readonly firstSync: number;
  readonly firstPeak: number;
  readonly idle: number;
  readonly afterRelists: number;
  readonly peak: number;
  readonly stall: number;
  readonly turn: number;
  readonly heapUsed: number;
}

// Services, EndpointSlices and Namespaces.
const WATCHES = 3;
// Forced re-lists after which memory is measured again.
const RELISTS = 4;
const SETTLE_MILLISECONDS = 5000;

/** From the start of a subject through its first list and twice four re-lists. */
export async function measureRelists(
  api: MeasuredProcess,
  start: () => Promise<Subject>,
  touched: boolean,
): Promise<RelistFigures> {
  const started = performance.now();
  const { process: subject, synced } = await start();
  try {
    await synced();
    const firstSync = performance.now() - started;
    await sleep(200);
    const firstPeak = subject.takePeak();
    await sleep(SETTLE_MILLISECONDS);
    const idle = subject.resident;
    let peak = 0;
    let stall = 0;
    let turn = 0;
    subject.takePeak();
    for (let i = 0; i < RELISTS; i++) {
      await relist(api, touched);
      peak = Math.max(peak, subject.takePeak());
    }
    await sleep(SETTLE_MILLISECONDS);
    const afterRelists = subject.resident;
    const { heapUsed = 0 } = await subject.ask('report', 'heapUsed');
    // Once more with an eye on the event loop, which takes time and memory of its own.
    for (let i = 0; i < RELISTS; i++) {
      subject.child.send('reset');
      await relist(api, touched);
      const report = await subject.ask('report', 'longestStall');
      stall = Math.max(stall, report['longestStall'] ?? 0);
      turn = Math.max(turn, report['longestTurn'] ?? 0);
    }
    return { firstSync, firstPeak, idle, afterRelists, peak, stall, turn, heapUsed };
  } finally {
    await subject.end();
  }
}

/** Makes the API forget what it said, and waits until every resource has been listed anew and is watched again. */
async function relist(api: MeasuredProcess, touched: boolean): Promise<void> {
  await api.ask(touched ? 'expire touched' : 'expire', 'watches');
  for (;;) {
    await sleep(20);
    const { watches } = await api.ask('state', 'watches');
    if (watches === WATCHES) break;
  }
  await sleep(1000);
}
