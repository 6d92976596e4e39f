// What a thread of a listener runs; it imports as little as it can, for each thread has its own copy.
import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import type { ThreadData } from '../../transport/thread/thread.ts';
import { collectGarbage } from '../../transport/thread/garbage.ts';
import { ThreadLoop } from '../../transport/thread/thread-loop.ts';
import { type Libc, loadLibc } from '../../transport/libc.ts';
import type { FromMouth, MouthStart, ToMouth } from './mouth-messages.ts';
import { WorkingMouth } from './working-mouth.ts';

function openMouth(
  libc: Libc,
  loop: ThreadLoop<ToMouth>,
  port: MessagePort,
  start: MouthStart,
): WorkingMouth | undefined {
  try {
    return new WorkingMouth(libc, loop, port, start);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : '';
    const refused: FromMouth = {
      kind: 'refused',
      code,
      reason: error instanceof Error ? error.message : String(error),
    };
    port.postMessage(refused);
    return undefined;
  }
}

const libc = await loadLibc();
if (parentPort !== null && libc !== undefined) {
  const { wakeup, data }: ThreadData<MouthStart> = workerData;
  // Nobody waits for an answer yet.
  collectGarbage();
  const loop = new ThreadLoop<ToMouth>(libc, parentPort, wakeup);
  const mouth = openMouth(libc, loop, parentPort, data);
  if (mouth === undefined) loop.close();
  else await loop.run(mouth);
}
