import { arch, cpus, loadavg, platform, release, totalmem } from 'node:os';

/** What the figures depend on. Neither names nor paths of the machine. */
export interface Machine {
  readonly cores: number;
  readonly model: string;
  readonly memoryGigabytes: number;
  readonly system: string;
  readonly node: string;
  /** At the start, over one minute: well above 0 what is measured on the clock is not worth much. */
  readonly load: number;
}

export function describeMachine(): Machine {
  return {
    cores: cpus().length,
    model: cpus()[0]?.model.trim() ?? '',
    memoryGigabytes: Math.round(totalmem() / 1e9),
    system: `${platform()} ${release()} ${arch()}`,
    node: process.versions.node,
    load: Math.round((loadavg()[0] ?? 0) * 100) / 100,
  };
}
