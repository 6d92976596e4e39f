import { readdirSync, readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ImportSource } from '../corefile/import-source.ts';
import type { ConfigurationText } from '../server/configuration.ts';
import { UserError } from './user-error.ts';

/** Files of this machine for `import`. */
export function fileImports(workingDirectory: string): ImportSource {
  return {
    absolute: (path) => resolve(workingDirectory, path),
    kind(path) {
      const status = statSync(path, { throwIfNoEntry: false });
      return status === undefined ? undefined : status.isDirectory() ? 'directory' : 'file';
    },
    list(directory) {
      try {
        return readdirSync(directory);
      } catch {
        return [];
      }
    },
    read(path) {
      try {
        return readFileSync(path, 'utf8');
      } catch (error) {
        return new Error(reasonOf(error));
      }
    },
  };
}

/** Reads the Corefile anew for every reload. */
export function corefileSource(path: string, workingDirectory: string): () => Promise<ConfigurationText> {
  return async () => {
    try {
      return { text: await readFile(resolve(workingDirectory, path), 'utf8'), file: path };
    } catch (error) {
      throw new UserError(`cannot read the Corefile ${path}: ${reasonOf(error)}; check the path and its permissions`);
    }
  };
}

/** Why a file cannot be had, in plain words. */
export function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'no such file',
    EACCES: 'permission denied',
    EISDIR: 'it is a directory',
    ENOTDIR: 'a part of the path is no directory',
  };
  return reasons[code] ?? (error instanceof Error ? error.message : String(error));
}
