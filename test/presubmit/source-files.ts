import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

/** A source file and what it imports of this repository. */
export interface SourceFile {
  /** From the root of the repository, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly string[];
}

export const root: string = normalize(join(import.meta.dirname, '../..'));

/** All files that match, relative to the root of the repository, sorted. */
export function filesOf(...patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => globSync(pattern, { cwd: root, exclude: ['node_modules/**'] })).toSorted();
}

/** The sources of the product, tests included. */
export function sourceFiles(): SourceFile[] {
  return filesOf('src/**/*.ts').map((path) => {
    const text = readFileSync(join(root, path), 'utf8');
    const imports = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, target = '']) =>
      normalize(join(dirname(path), target)),
    );
    return { path, text, imports };
  });
}
