import { readFile, stat } from 'node:fs/promises';
import type { Logger } from '../../log/logger.ts';
import type { Gauge } from '../../metrics/metric.ts';
import { type HostLine, type HostTable, readHostsFile } from './host-table.ts';

/** What a file is read for. */
interface HostsFileOptions {
  readonly path: string;
  /** What metrics call it. */
  readonly label: string;
  /** Milliseconds between two looks at it; 0 for none. */
  readonly reload: number;
  readonly makeTable: (lines: readonly HostLine[]) => HostTable;
  /** Entries that the metric counts besides the file's. */
  readonly inlineSize: number;
  readonly logger: Logger;
  readonly entries: Gauge;
  readonly readAt: Gauge;
  /** Called when there are other entries. */
  readonly changed: () => void;
}

/** A hosts file that is read again when its size or time of modification changes; when it vanishes its entries stay. */
export class HostsFile {
  table: HostTable;
  readonly #options: HostsFileOptions;
  #version = '';
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HostsFileOptions) {
    this.#options = options;
    this.table = options.makeTable([]);
  }

  /** Reads the file for the first time. */
  async start(): Promise<void> {
    await this.#refresh();
    if (this.#options.reload === 0) return;
    this.#timer = setInterval(() => void this.#refresh(), this.#options.reload);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async #refresh(): Promise<void> {
    const { path, label, makeTable, inlineSize, logger, entries, readAt } = this.#options;
    try {
      const { mtimeMs, size } = await stat(path);
      const version = `${mtimeMs} ${size}`;
      if (version === this.#version) return;
      this.table = makeTable(readHostsFile(await readFile(path, 'utf8')));
      this.#version = version;
      this.#options.changed();
      logger.debug(`Parsed hosts file into ${this.table.size} entries`);
      entries.set(inlineSize + this.table.size, label);
      readAt.set(mtimeMs / 1000);
    } catch (error) {
      // A file that is not there may come later; setup has said so already.
      logger.debug(`Hosts file ${path} not read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}
