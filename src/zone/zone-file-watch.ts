import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { Logger } from '../log/logger.ts';
import { type ReadZone, readZone } from './read-zone.ts';
import type { ServedZone } from './served-zone.ts';
import { describe, ZoneFileError, type ZoneFileWarning } from './zone-file-error.ts';

/** How long a file is read before queries have their turn, in milliseconds: little beside a round trip to a resolver. */
const SLICE = 2;

export interface ZoneFileWatchOptions {
  readonly zone: ServedZone;
  /** The zone file. */
  readonly path: string;
  /** Milliseconds between two looks at it; 0 for none. */
  readonly reload: number;
  /** Is a changed file a new version even if its serial is the old one? */
  readonly byModificationTime: boolean;
  readonly logger: Logger;
}

/** The longest that a timer of Node.js waits, in milliseconds. */
const LONGEST_INTERVAL = 0x7fff_ffff;

/** As many milliseconds as a timer can wait: of more it makes one. */
export function timerDelay(milliseconds: number): number {
  return Math.min(milliseconds, LONGEST_INTERVAL);
}

/** A file as it was when it was read: when any of this differs it is another one. */
type Version = string;

/** A zone file that is read again when it, or a file that it includes, has changed. While it is faulty the old version answers. */
export class ZoneFileWatch {
  readonly #options: ZoneFileWatchOptions;
  /** The files that were read last. */
  #versions = new Map<string, Version>();
  /** A digest of what they said. */
  #content = '';
  #timer: NodeJS.Timeout | undefined;
  #reading = false;

  constructor(options: ZoneFileWatchOptions) {
    this.#options = options;
  }

  /**
   * Reads the file for the first time, all at once. Throws ZoneFileError when it is no zone file, and the system's error when it cannot be read;
   * `start` tries again then.
   */
  readFirst(): readonly ZoneFileWarning[] {
    return this.#serveFirst(runToEnd(this.#read()));
  }

  /** As `readFirst`, in slices of time. Undefined when nothing has changed since it did not work out. */
  async readFirstInSlices(): Promise<readonly ZoneFileWarning[] | undefined> {
    return this.#hasChanged() ? this.#serveFirst(await runInSlices(this.#read())) : undefined;
  }

  /** Looks for a new version from time to time. */
  start(): void {
    const { reload } = this.#options;
    if (reload > 0) this.#timer = setInterval(() => void this.refresh(), timerDelay(reload));
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Looks for a new version now. Says in the log what keeps it from being served; never rejects. */
  async refresh(): Promise<void> {
    // Reading a large file may take longer than the time between two looks.
    if (this.#reading || !this.#hasChanged()) return;
    this.#reading = true;
    const { zone, path, logger } = this.#options;
    const before = this.#content;
    try {
      const read = await runInSlices(this.#read());
      if (this.#timer !== undefined && this.#content !== before) this.#offer(read);
    } catch (error) {
      if (error instanceof ZoneFileError) {
        logger.error(`Parsing zone "${zone.origin.text}" in "${path}": ${error.described}`);
      } else {
        logger.error(`Failed to open zone "${zone.origin.text}" in "${path}": ${reasonOf(error)}`);
      }
    } finally {
      this.#reading = false;
    }
  }

  #serveFirst({ zone, warnings }: ReadZone): readonly ZoneFileWarning[] {
    this.#options.zone.replace(zone);
    return warnings;
  }

  #offer({ zone: next, warnings }: ReadZone): void {
    const { zone, path, byModificationTime, logger } = this.#options;
    const where = `zone "${zone.origin.text}" in "${path}"`;
    if (!byModificationTime && zone.current?.serial === next.serial) {
      logger.warning(`The file of ${where} has changed but its SOA serial, ${next.serial}, has not: not reloaded`);
      return;
    }
    for (const warning of warnings) logger.warning(describe(warning));
    zone.replace(next);
    logger.info(`Successfully reloaded ${where} with ${next.serial} SOA serial`);
  }

  /** Is any of the files another one than it was? */
  #hasChanged(): boolean {
    const { path } = this.#options;
    if (!this.#versions.has(path)) return true;
    for (const [file, version] of this.#versions) if (versionOf(file) !== version) return true;
    return false;
  }

  *#read(): Generator<undefined, ReadZone, undefined> {
    const { path, zone } = this.#options;
    // What was read is noted first: a file that changes meanwhile is another one at the next look.
    const versions = (this.#versions = new Map<string, Version>());
    const digest = createHash('sha256');
    const read = (file: string): string => {
      versions.set(file, versionOf(file));
      const text = readFileSync(file, 'utf8').replace(/^\u{feff}/u, '');
      digest.update(text);
      return text;
    };
    const result = yield* readZone({ file: path, text: read(path), origin: zone.origin, readInclude: read });
    this.#content = digest.digest('base64');
    return result;
  }
}

const MISSING: Version = 'missing';

/** The time of the last change of the file's content or rights counts: a file that could not be read may be readable now. */
function versionOf(file: string): Version {
  const status = statSync(file, { bigint: true, throwIfNoEntry: false });
  return status === undefined ? MISSING : `${status.ino} ${status.size} ${status.ctimeNs}`;
}

/** Why a file cannot be read, without the path that the log line has already. */
function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function runToEnd<T>(steps: Generator<undefined, T, undefined>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** As `runToEnd`, but gives way to everything else after each slice of time. */
async function runInSlices<T>(steps: Generator<undefined, T, undefined>): Promise<T> {
  for (;;) {
    const end = performance.now() + SLICE;
    while (performance.now() < end) {
      const step = steps.next();
      if (step.done === true) return step.value;
    }
    await new Promise((resolve) => setImmediate(resolve));
  }
}
