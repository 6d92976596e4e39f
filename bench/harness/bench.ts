import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import type { Questions } from '../cluster/names.ts';
import { type ClusterShape, clusterShape } from '../cluster/shape.ts';
import { startOutside } from '../servers/outside.ts';
import type { Lifetime } from './lifetime.ts';
import { type Load, type LoadReport, runLoad } from './dnsperf.ts';
import { Program, type ProgramOptions } from './program.ts';
import type { Progress } from './progress.ts';

/** How the cores are shared out. The server has one to itself. */
export interface Cores {
  readonly server: number;
  readonly load: number;
  /** Of the API server and the upstream; the load's where there are only two. */
  readonly others: number;
}

export interface BenchSettings {
  readonly lifetime: Lifetime;
  readonly progress: Progress;
  readonly rounds: number;
  /** Of each load. */
  readonly seconds: number;
  /** What the memory scenario asks. */
  readonly memoryQueries: number;
  readonly overloadSeconds: number;
  /** The program of this repository as it is shipped. */
  readonly program: string;
  /** Paths of other servers by name; absent when not installed. */
  readonly peers: Readonly<Record<string, string | undefined>>;
}

export const SERVICES = 1000;

/** What scenarios share: settings, files, and the servers around the measured one, each started when it is first needed. */
export class Bench {
  readonly settings: BenchSettings;
  readonly cores: Cores;
  readonly shape: ClusterShape = clusterShape(SERVICES);
  readonly #clusters = new Map<number, Promise<string>>();
  #outside: Promise<number> | undefined;

  constructor(settings: BenchSettings) {
    this.settings = settings;
    this.cores = { server: 0, load: 1, others: availableParallelism() > 2 ? 2 : 1 };
  }

  /** URL of the API server of a cluster with this many services. */
  async cluster(services: number = SERVICES): Promise<string> {
    const started = this.#clusters.get(services) ?? this.#startCluster(services);
    this.#clusters.set(services, started);
    return await started;
  }

  /** The port of a server that knows every name of the outside world. */
  async outside(): Promise<number> {
    this.#outside ??= startOutside(this);
    return await this.#outside;
  }

  /** Writes a file of this run; returns its path. */
  file(name: string, text: string): string {
    const path = join(this.settings.lifetime.directory, name);
    writeFileSync(path, text);
    return path;
  }

  questions(name: string, lines: Questions): string {
    return this.file(`${name}.queries`, `${lines.join('\n')}\n`);
  }

  start(
    command: string,
    args: readonly string[],
    core: number,
    options: Pick<ProgramOptions, 'keepOutput'> = {},
  ): Program {
    return new Program(this.settings.lifetime, { command, args, core, ...options });
  }

  async load(load: Load): Promise<LoadReport> {
    return await runLoad(this.settings.lifetime, this.cores.load, load);
  }

  async #startCluster(services: number): Promise<string> {
    this.settings.progress.step(`starting a cluster of ${services} services`);
    const script = join(import.meta.dirname, '../cluster/cluster-process.ts');
    return await this.start(process.execPath, [script, String(services)], this.cores.others).firstLine();
  }
}
