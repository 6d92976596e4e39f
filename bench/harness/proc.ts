import { readdirSync, readFileSync } from 'node:fs';

/** CPU time in seconds. */
export interface CpuTime {
  readonly user: number;
  readonly system: number;
}

/** Clock ticks a second in /proc: USER_HZ, 100 on every architecture that Node runs on (proc(5)). */
const TICKS_A_SECOND = 100;
/** utime and stime are fields 14 and 15; the split starts after field 2, the name, which may hold spaces (proc(5)). */
const USER_FIELD = 14 - 3;
const SYSTEM_FIELD = 15 - 3;
const KIBIBYTES_A_MEGABYTE = 1e6 / 1024;

/** What /proc/PID/stat says of CPU time, the threads that have ended included. */
export function parseStat(text: string): CpuTime {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .trim()
    .split(' ');
  return {
    user: Number(fields[USER_FIELD]) / TICKS_A_SECOND,
    system: Number(fields[SYSTEM_FIELD]) / TICKS_A_SECOND,
  };
}

/** A value in kB of /proc/PID/status or smaps_rollup, in megabytes; NaN when there is none of this name. */
export function parseMegabytes(text: string, name: string): number {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(text)?.[1];
  return Number(value ?? Number.NaN) / KIBIBYTES_A_MEGABYTE;
}

/** The column `drops` of /proc/net/udp, summed over the sockets bound to the port. */
export function parseDrops(text: string, port: number): number {
  const suffix = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  const rows = text.split('\n').map((line) => line.trim().split(/\s+/));
  return rows.filter((row) => row[1]?.endsWith(suffix)).reduce((sum, row) => sum + Number(row.at(-1)), 0);
}

/** Throws when the process has ended. */
export function cpuTime(id: number): CpuTime {
  return parseStat(readFileSync(`/proc/${id}/stat`, 'utf8'));
}

/** The second number of /proc/PID/schedstat, nanoseconds spent ready to run while others had the core, in seconds. */
export function parseWaiting(text: string): number {
  return Number(text.trim().split(' ')[1]) / 1e9;
}

/** Seconds that the threads of a process waited for a core. Threads that end meanwhile are left out. */
export function waitingTime(id: number): number {
  return readdirSync(`/proc/${id}/task`).reduce((sum, thread) => {
    try {
      return sum + parseWaiting(readFileSync(`/proc/${id}/task/${thread}/schedstat`, 'utf8'));
    } catch {
      return sum;
    }
  }, 0);
}

/** Ticks of all cores that the host of a virtual machine gave to others, in seconds: field 8 of the first line of /proc/stat. */
export function parseSteal(text: string): number {
  return Number(/^cpu +(?:\d+ ){7}(\d+)/.exec(text)?.[1] ?? 0) / TICKS_A_SECOND;
}

export function stolenTime(): number {
  return parseSteal(readFileSync('/proc/stat', 'utf8'));
}

/** User and system time of each thread, by its id. */
export function threadTimes(id: number): Map<string, number> {
  const times = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${id}/task`)) {
    const { user, system } = parseStat(readFileSync(`/proc/${id}/task/${thread}/stat`, 'utf8'));
    times.set(thread, user + system);
  }
  return times;
}

/** Resident memory in megabytes: now, at most, and of it what no other process shares. */
export function memoryOf(id: number): { readonly resident: number; readonly peak: number; readonly own: number } {
  const status = readFileSync(`/proc/${id}/status`, 'utf8');
  const rollup = readFileSync(`/proc/${id}/smaps_rollup`, 'utf8');
  return {
    resident: parseMegabytes(status, 'VmRSS'),
    peak: parseMegabytes(status, 'VmHWM'),
    own: parseMegabytes(rollup, 'Private_Clean') + parseMegabytes(rollup, 'Private_Dirty'),
  };
}

/** Datagrams that the kernel threw away because the sockets of the port were full. */
export function kernelDrops(port: number): number {
  return parseDrops(readFileSync('/proc/net/udp', 'utf8'), port);
}
