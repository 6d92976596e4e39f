import type { DomainName } from '../../dns/name.ts';
import type { Logger } from '../../log/logger.ts';
import { ServedZone } from '../../zone/served-zone.ts';
import { ServedZones } from '../../zone/served-zones.ts';
import { describe, ZoneFileError } from '../../zone/zone-file-error.ts';
import { timerDelay, ZoneFileWatch } from '../../zone/zone-file-watch.ts';
import { findZoneFiles, type Naming, type ZoneFile } from './zone-files.ts';

export interface AutoZonesOptions {
  readonly folder: string;
  readonly naming: Naming;
  /** Milliseconds between two looks at the folder, and at each file; 0 for none. */
  readonly reload: number;
  /** Called when there are other data to answer from. */
  readonly changed: () => void;
  readonly logger: Logger;
}

/** A file that has been found, and what is made of it. */
interface Entry {
  readonly path: string;
  readonly zone: ServedZone;
  readonly watch: ZoneFileWatch;
}

/** The zones of a folder: they come and go with their files. */
export class AutoZones {
  /** Those that have been read. */
  readonly served: ServedZones = new ServedZones();
  readonly #options: AutoZonesOptions;
  readonly #entries = new Map<string, Entry>();
  /** Entries whose file has not been read, or could not be. */
  readonly #unread = new Set<Entry>();
  readonly #listeners: ((origin: DomainName) => void)[] = [];
  /** What the last look had to complain of: nothing is said twice in a row. */
  #complaints: ReadonlySet<string> = new Set();
  /** Has the folder been there? */
  #seen = false;
  #timer: NodeJS.Timeout | undefined;
  #scanning = false;
  #stopped = false;

  constructor(options: AutoZonesOptions) {
    this.#options = options;
  }

  /** Reads all files for the first time. */
  async start(): Promise<void> {
    await this.scan();
    const { reload } = this.#options;
    if (reload > 0 && !this.#stopped) this.#timer = setInterval(() => void this.scan(), timerDelay(reload));
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    for (const { watch } of this.#entries.values()) watch.stop();
  }

  /** Calls `listener` with the zone of every new version, those that are there included. */
  onNewVersion(listener: (origin: DomainName) => void): void {
    this.#listeners.push(listener);
    for (const { origin } of this.served.values()) listener(origin);
  }

  /** Looks for new and vanished files. Says in the log what cannot be served; never rejects. */
  async scan(): Promise<void> {
    if (this.#scanning) return;
    this.#scanning = true;
    try {
      await this.#update(await this.#find());
    } catch (error) {
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      // Setup has told of a folder that is not there yet. One that vanishes takes no zones along: it may be a volume that comes back.
      if (this.#seen || !missing) this.#complain([`Failed to read "${this.#options.folder}": ${reasonOf(error)}`]);
    } finally {
      this.#scanning = false;
    }
  }

  /** The first file of each zone. */
  async #find(): Promise<ReadonlyMap<string, ZoneFile>> {
    const { folder, naming } = this.#options;
    const files = await findZoneFiles(folder, naming);
    this.#seen = true;
    const found = new Map<string, ZoneFile>();
    const complaints: string[] = [];
    for (const file of files) {
      const { origin, path } = file;
      const first = found.get(origin.canonical);
      if (first === undefined) found.set(origin.canonical, file);
      else
        complaints.push(
          `Multiple zone files match origin "${origin.text}": using "${first.path}" instead of "${path}"`,
        );
    }
    this.#complain(complaints);
    return found;
  }

  #complain(complaints: readonly string[]): void {
    for (const text of complaints) if (!this.#complaints.has(text)) this.#options.logger.warning(text);
    this.#complaints = new Set(complaints);
  }

  async #update(found: ReadonlyMap<string, ZoneFile>): Promise<void> {
    for (const [key, entry] of this.#entries) if (!found.has(key)) this.#drop(key, entry);
    for (const [key, file] of found) {
      if (this.#stopped) return;
      const entry = this.#entries.get(key);
      if (entry?.path !== file.path) this.#enter(key, file, entry);
    }
    for (const entry of this.#unread) {
      if (this.#stopped) return;
      await this.#read(entry);
    }
  }

  #drop(key: string, { zone, watch }: Entry): void {
    watch.stop();
    this.#entries.delete(key);
    if (zone.current === undefined) return;
    this.served.delete(zone.origin);
    zone.replace(undefined);
    this.#options.logger.info(`Deleting zone \`${zone.origin.text}'`);
  }

  /** `before`: what is known of the zone from another file; it answers until the new one has been read. */
  #enter(key: string, { origin, path }: ZoneFile, before: Entry | undefined): void {
    const { reload, logger } = this.#options;
    const zone = before?.zone ?? this.#makeZone(origin);
    if (before !== undefined) {
      before.watch.stop();
      this.#unread.delete(before);
    }
    const watch = new ZoneFileWatch({ zone, path, reload, byModificationTime: false, logger });
    const entry = { path, zone, watch };
    this.#entries.set(key, entry);
    this.#unread.add(entry);
  }

  #makeZone(origin: DomainName): ServedZone {
    const zone = new ServedZone(origin);
    zone.onChange((version) => {
      this.#options.changed();
      if (version !== undefined) for (const listener of this.#listeners) listener(zone.origin);
    });
    return zone;
  }

  async #read(entry: Entry): Promise<void> {
    const { path, zone, watch } = entry;
    const { logger } = this.#options;
    try {
      const warnings = await watch.readFirstInSlices();
      if (warnings === undefined || this.#stopped) return;
      for (const warning of warnings) logger.warning(describe(warning));
      logger.info(`Inserting zone \`${zone.origin.text}' from: ${path}`);
      this.served.add(zone);
      this.#options.changed();
      this.#unread.delete(entry);
      watch.start();
    } catch (error) {
      if (error instanceof ZoneFileError) logger.warning(`Parse zone \`${zone.origin.text}': ${error.described}`);
      else logger.warning(`Opening ${path} failed: ${reasonOf(error)}`);
    }
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
