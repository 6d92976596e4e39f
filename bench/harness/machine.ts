import { execFileSync } from 'node:child_process';
import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** What the figures depend on. Neither names nor paths of the machine. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  /** At the start, over one minute: well above 0 the figures are not worth much. */
  readonly load: number;
  /** Versions of the programs that take part. */
  readonly programs: Readonly<Record<string, string>>;
}

/** The words that make a program print its version. */
const VERSION_WORDS: Readonly<Record<string, readonly string[]>> = {
  dnsperf: ['-h'],
  coredns: ['-version'],
  unbound: ['-V'],
  knotd: ['-V'],
  dnsmasq: ['-v'],
};

export function describeMachine(programs: Readonly<Record<string, string | undefined>>): Machine {
  const versions = Object.entries(programs).flatMap(([name, path]) =>
    path === undefined ? [] : [[name, versionOf(name, path)]],
  );
  return {
    cores: cpus().length,
    model: cpus()[0]?.model.trim() ?? '',
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
    programs: Object.fromEntries(versions),
  };
}

/** The first thing that looks like a version among what the program prints. */
function versionOf(name: string, path: string): string {
  try {
    const text = execFileSync(path, VERSION_WORDS[name] ?? ['--version'], { encoding: 'utf8', stdio: 'pipe' });
    return /\d+\.\d+(?:\.\d+)*/.exec(text)?.[0] ?? 'unknown';
  } catch {
    return 'unknown';
  }
}

/** The same on one line. */
export function printMachine({ cores, model, memoryGigabytes, system, node, load, programs }: Machine): string {
  const versions = Object.entries(programs).map(([name, version]) => `${name} ${version}`);
  return `${cores} × ${model}, ${memoryGigabytes} GB, ${system}, Node ${node}, load ${load} at the start; ${versions.join(', ')}`;
}
