import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DomainName } from '../../dns/name.ts';
import type { GoRegExp } from '../../plugin-api/go-regexp.ts';

/** How names of files tell the zones in them. */
export interface Naming {
  /** Files whose name it does not match are no zone files. */
  readonly pattern: GoRegExp;
  /** The zone; `{1}` and `{name}` stand for groups of the pattern. */
  readonly template: string;
}

/** A file that has the zone's name. */
export interface ZoneFile {
  readonly origin: DomainName;
  readonly path: string;
}

/**
 * The zone files of a folder and those in it, in the order of their paths. Links to files are followed, links to folders are not, but for the
 * first one. Rejects with the system's error when the folder itself cannot be read; what vanishes meanwhile is not there.
 */
export async function findZoneFiles(folder: string, naming: Naming): Promise<ZoneFile[]> {
  const files: ZoneFile[] = [];
  const visit = async (path: string): Promise<void> => {
    for (const entry of (await readdir(path, { withFileTypes: true })).toSorted(byName)) {
      const inside = join(path, entry.name);
      if (entry.isDirectory()) await visit(inside).catch(() => {});
      else if (await isFile(entry, inside)) {
        const origin = originOf(entry.name, naming);
        if (origin !== undefined) files.push({ origin, path: inside });
      }
    }
  };
  await visit(await realpath(folder));
  return files;
}

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : 1;
}

async function isFile(entry: Dirent, path: string): Promise<boolean> {
  if (!entry.isSymbolicLink()) return entry.isFile();
  const target = await stat(path).catch(() => undefined);
  return target?.isFile() ?? false;
}

/** The zone that a file of this name has; undefined when it has none. */
export function originOf(name: string, { pattern, template }: Naming): DomainName | undefined {
  const match = pattern.exec(name);
  if (match === null) return undefined;
  const text = template.replace(/\{(\w+)\}/g, (_, group: string) => {
    const number = /^\d+$/.test(group) ? Number(group) : pattern.groupNames.indexOf(group);
    return match[number] ?? '';
  });
  return DomainName.tryParse(text);
}
