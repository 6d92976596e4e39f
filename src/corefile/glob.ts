import { join } from 'node:path';
import type { ImportSource } from './import-source.ts';

/** Does a path name possibly several files? */
export function isPattern(path: string): boolean {
  return /[*?[\]]/.test(path);
}

/** Does a pattern keep to what imports may have: one `*` and one `?` in the whole path, and no `[`? */
export function isPlainPattern(pattern: string): boolean {
  return count(pattern, '*') <= 1 && count(pattern, '?') <= 1 && !pattern.includes('[');
}

/**
 * The paths that match an absolute pattern, sorted. `*` stands for any characters of one path component, `?` for one
 * character; a backslash takes the meaning from the next character. A path without wildcards matches itself if it exists.
 */
export function matchFiles(pattern: string, source: Pick<ImportSource, 'kind' | 'list'>): readonly string[] {
  if (!/[*?\\]/.test(pattern)) return source.kind(pattern) === undefined ? [] : [pattern];
  const components = pattern.split('/');
  let paths = ['/'];
  for (const component of components) {
    if (component === '') continue;
    if (!/[*?\\]/.test(component)) {
      paths = paths.map((path) => join(path, component));
      continue;
    }
    const shape = componentShape(component);
    paths = paths.flatMap((path) =>
      source
        .list(path)
        .filter((name) => shape.test(name))
        .toSorted(byCodePoint)
        .map((name) => join(path, name)),
    );
  }
  return paths.filter((path) => source.kind(path) !== undefined);
}

function componentShape(component: string): RegExp {
  const shape = component.replace(/\\?./gsu, (part) => {
    if (part === '*') return '.*';
    if (part === '?') return '.';
    const character = part.length > 1 && part.startsWith('\\') ? part.slice(1) : part;
    return character.replace(/[\\^$.*+?()[\]{}|/]/, '\\$&');
  });
  return new RegExp(`^${shape}$`, 'su');
}

function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
