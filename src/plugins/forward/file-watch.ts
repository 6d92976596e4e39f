import { readFile } from 'node:fs/promises';

/** How often files are read: kubelet, dhcpcd and systemd change resolv.conf minutes to months apart. Milliseconds. */
const INTERVAL = 2000;

/**
 * Tells when the content of one of several small files has changed. They are read again and again, since they are often mounted or replaced, which
 * notifications of the file system do not tell of.
 */
export class FileWatch {
  readonly #paths: readonly string[];
  readonly #changed: () => Promise<void>;
  #content: string | undefined;
  #looking = false;
  #timer: NodeJS.Timeout | undefined;

  constructor(paths: readonly string[], changed: () => Promise<void>) {
    this.#paths = paths;
    this.#changed = changed;
  }

  start(): void {
    if (this.#paths.length === 0) return;
    this.#timer = setInterval(() => void this.#look(), INTERVAL);
    void this.#look();
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #look(): Promise<void> {
    if (this.#looking) return;
    this.#looking = true;
    const texts = await Promise.all(this.#paths.map(async (path) => readFile(path, 'utf8').catch(() => undefined)));
    // A file that is not there, or empty, is just being replaced.
    if (texts.every((text) => text !== undefined && text !== '') && this.#timer !== undefined) {
      const content = JSON.stringify(texts);
      const before = this.#content;
      this.#content = content;
      if (before !== undefined && before !== content) await this.#changed();
    }
    this.#looking = false;
  }
}
