import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join, normalize } from 'node:path';

export const ROOT: string = normalize(join(import.meta.dirname, '../..'));

/** Below node_modules, so that the package finds what it depends on. */
const FOLDER = join(ROOT, 'node_modules/.cache/clusterfirst-bench');

/**
 * Makes the package as it is published and unpacks it; returns the path of its program. `reuse` takes the one that the last
 * run made. Throws when the build fails.
 */
export function makePackage(reuse: boolean): string {
  const program = join(FOLDER, 'package/bin/clusterfirst.js');
  if (reuse && existsSync(program)) return program;
  rmSync(FOLDER, { recursive: true, force: true });
  mkdirSync(FOLDER, { recursive: true });
  // Npm prints what the build prints, and the archive's name last.
  const printed = execFileSync('npm', ['pack', '--silent', '--pack-destination', FOLDER], {
    cwd: ROOT,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const archive = printed.trim().split('\n').at(-1) ?? '';
  execFileSync('tar', ['-xzf', join(FOLDER, archive), '-C', FOLDER]);
  return program;
}

/** The commit that is checked out, `+` behind it when files were changed; `unknown` outside of git. */
export function commit(): string {
  try {
    const git = (...words: string[]): string => execFileSync('git', words, { cwd: ROOT, encoding: 'utf8' }).trim();
    return (
      git('rev-parse', '--short', 'HEAD') + (git('status', '--porcelain', '--untracked-files=no') === '' ? '' : '+')
    );
  } catch {
    return 'unknown';
  }
}
