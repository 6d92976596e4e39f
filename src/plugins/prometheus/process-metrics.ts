import { readdirSync, readFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Registry } from '../../metrics/registry.ts';

/** Registers build_info and the metrics that every process has; they are read when somebody asks for them. Again is no harm. */
export function registerProcessMetrics(metrics: Registry, version: string): void {
  metrics
    .gauge({
      name: 'coredns_build_info',
      help: "A metric with a constant '1' value labeled by version, revision, and goversion from which the server was built.",
      labels: ['version', 'revision', 'goversion'],
    })
    .set(1, version, '', `node${process.versions.node}`);
  const cpu = metrics.counter({
    name: 'process_cpu_seconds_total',
    help: 'Total user and system CPU time spent in seconds.',
  });
  const resident = metrics.gauge({ name: 'process_resident_memory_bytes', help: 'Resident memory size in bytes.' });
  const started = metrics.gauge({
    name: 'process_start_time_seconds',
    help: 'Start time of the process since unix epoch in seconds.',
  });
  const open = metrics.gauge({ name: 'process_open_fds', help: 'Number of open file descriptors.' });
  const limit = metrics.gauge({ name: 'process_max_fds', help: 'Maximum number of open file descriptors.' });
  started.set(Math.floor(performance.timeOrigin / 1000));
  limit.set(openFileLimit());
  metrics.beforeExposition('process', () => {
    const { user, system } = process.cpuUsage();
    cpu.series().value = (user + system) / 1e6;
    resident.set(process.memoryUsage.rss());
    open.set(openFiles());
  });
}

/** Registers metrics of the JavaScript runtime. The returned function ends what is measured all the time. */
export function registerRuntimeMetrics(metrics: Registry): () => void {
  const used = metrics.gauge({
    name: 'nodejs_heap_size_used_bytes',
    help: 'Used heap of the JavaScript runtime in bytes.',
  });
  const total = metrics.gauge({
    name: 'nodejs_heap_size_total_bytes',
    help: 'Heap of the JavaScript runtime in bytes.',
  });
  const external = metrics.gauge({
    name: 'nodejs_external_memory_bytes',
    help: 'Memory outside the JavaScript heap that its objects hold, in bytes.',
  });
  const delay = metrics.gauge({
    name: 'nodejs_eventloop_delay_max_seconds',
    help: 'Longest delay of the event loop since it was last asked for, in seconds.',
  });
  const histogram = monitorEventLoopDelay({ resolution: 10 });
  histogram.enable();
  metrics.beforeExposition('runtime', () => {
    const memory = process.memoryUsage();
    used.set(memory.heapUsed);
    total.set(memory.heapTotal);
    external.set(memory.external);
    delay.set(histogram.max / 1e9);
    histogram.reset();
  });
  return () => histogram.disable();
}

/** Linux tells; elsewhere the number is 0. */
function openFiles(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}

function openFileLimit(): number {
  try {
    return Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1] ?? 0);
  } catch {
    return 0;
  }
}
