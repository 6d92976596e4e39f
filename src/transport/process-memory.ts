import { programMappings } from './program-memory.ts';

// <sys/mman.h> of Linux: the pages are not wanted now; those of a file are read from it again when they are.
const MADV_DONTNEED = 4;

/** Gives memory back to the system that this process holds but does not use. Linux with the GNU C library. */
export class ProcessMemory {
  readonly #trim: (pad: number) => number;
  readonly #advise: (address: number, octets: number, advice: number) => number;

  private constructor(
    trim: (pad: number) => number,
    advise: (address: number, octets: number, advice: number) => number,
  ) {
    this.#trim = trim;
    this.#advise = advise;
  }

  /** Undefined where there is nothing of the kind: another system or C library, or koffi cannot load. */
  static async open(): Promise<ProcessMemory | undefined> {
    if (process.platform !== 'linux') return undefined;
    try {
      const { default: koffi } = await import('koffi');
      const library = koffi.load('libc.so.6');
      return new ProcessMemory(
        library.func('int malloc_trim(size_t pad)'),
        library.func('int madvise(uintptr_t address, size_t octets, int advice)'),
      );
    } catch {
      return undefined;
    }
  }

  /** Hands back what has been freed: the C library keeps it, scattered over an arena for each thread, for later. */
  trim(): void {
    this.#trim(0);
  }

  /**
   * Hands back the pages of the program file. Starting takes much more of it than serving, and the system itself only
   * takes such pages when memory runs short. Those that are still wanted come back one by one, mostly from its cache.
   */
  async dropProgram(): Promise<void> {
    const mappings = await programMappings().catch(() => []);
    for (const { start, end } of mappings) this.#advise(start, end - start, MADV_DONTNEED);
  }
}
