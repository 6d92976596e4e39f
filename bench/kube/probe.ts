// Loaded into a measured process before its own code: `node --import ./probe.ts …`. It takes V8 flags from
// PROBE_V8_FLAGS, as the program itself could at its start, and reports stalls of the event loop through IPC.
import { setFlagsFromString } from 'node:v8';
import { monitorEventLoopDelay } from 'node:perf_hooks';

for (const flag of (process.env['PROBE_V8_FLAGS'] ?? '').split(' ')) {
  if (flag !== '') setFlagsFromString(flag);
}
const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
process.on('message', (message) => {
  if (message === 'reset') delay.reset();
  if (message === 'report') process.send?.({ longestStall: delay.max / 1e6, heap: process.memoryUsage() });
});
// The channel to the parent does not keep the process.
process.channel?.unref();
