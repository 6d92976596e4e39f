// Loaded into a measured process before its own code: `node --import ./probe.ts …`. It takes V8 flags from
// PROBE_V8_FLAGS, as the program itself could at its start, and reports stalls of the event loop through IPC.
import { setFlagsFromString } from 'node:v8';
import { monitorEventLoopDelay } from 'node:perf_hooks';

for (const flag of (process.env['PROBE_V8_FLAGS'] ?? '').split(' ')) {
  if (flag !== '') setFlagsFromString(flag);
}
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
// The most that one turn of the event loop took of the main thread's time: unlike a stall on the clock, it is the same
// while other programs keep the machine busy.
let longestTurn = 0;
let isCounting = false;
let before = process.threadCpuUsage();

function countTurn(): void {
  const { user, system } = process.threadCpuUsage(before);
  longestTurn = Math.max(longestTurn, (user + system) / 1000);
  before = process.threadCpuUsage();
  if (isCounting) setImmediate(countTurn);
}

process.on('message', (message) => {
  if (message === 'reset') {
    delay.reset();
    before = process.threadCpuUsage();
    longestTurn = 0;
    isCounting = true;
    setImmediate(countTurn);
  }
  if (message === 'report') {
    isCounting = false;
    process.send?.({ longestStall: delay.max / 1e6, longestTurn, heapUsed: process.memoryUsage().heapUsed / 1e6 });
  }
});
// The channel to the parent does not keep the process.
process.channel?.unref();
