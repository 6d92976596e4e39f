import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './source-files.ts';

/** A fenced block of a Markdown page. */
export interface Fence {
  /** The page, from the root of the repository. */
  readonly page: string;
  /** Of its first line of text, from 1. */
  readonly line: number;
  readonly text: string;
}

/** All fences of the pages that are marked with `language`, in reading order. */
export function fencesOf(language: string, pages: readonly string[]): Fence[] {
  return pages.flatMap((page) => {
    const text = readFileSync(join(root, page), 'utf8');
    const pattern = new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm');
    return [...text.matchAll(pattern)].map((match) => ({
      page,
      line: text.slice(0, match.index).split('\n').length + 1,
      text: match[2] ?? '',
    }));
  });
}
