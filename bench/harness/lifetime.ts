import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

/** What has to go when the bench ends, however it ends: its processes, by their ids, and its temporary files. */
export class Lifetime {
  /** A folder of this run alone. */
  readonly directory: string = mkdtempSync(join(tmpdir(), 'clusterfirst-bench-'));
  readonly #children = new Set<ChildProcess>();

  constructor() {
    process.on('exit', () => this.#end());
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => process.exit(128 + constants.signals[signal]));
    }
  }

  adopt(child: ChildProcess): void {
    this.#children.add(child);
    child.on('exit', () => this.#children.delete(child));
  }

  #end(): void {
    for (const child of this.#children) child.kill('SIGKILL');
    rmSync(this.directory, { recursive: true, force: true });
  }
}
