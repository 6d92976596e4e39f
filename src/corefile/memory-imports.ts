import { resolve } from 'node:path/posix';
import type { ImportSource } from './import-source.ts';

/** Files that are not in the file system: path → text, relative paths below `/`. For Corefiles in a ConfigMap, and for tests. */
export function memoryImports(files: Readonly<Record<string, string>>): ImportSource {
  const texts = new Map(Object.entries(files).map(([path, text]) => [absolute(path), text]));
  const within = (directory: string): readonly string[] => {
    const prefix = directory === '/' ? '/' : `${directory}/`;
    return [...texts.keys()].filter((path) => path.startsWith(prefix)).map((path) => path.slice(prefix.length));
  };
  return {
    absolute,
    kind(path) {
      if (texts.has(path)) return 'file';
      return within(path).length > 0 ? 'directory' : undefined;
    },
    list: (directory) => [...new Set(within(directory).map((path) => path.split('/', 1)[0] ?? path))],
    read: (path) => texts.get(path) ?? new Error('there is no such file'),
  };
}

function absolute(path: string): string {
  return resolve('/', path);
}
