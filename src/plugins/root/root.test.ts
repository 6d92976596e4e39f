import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { root } from './root.ts';

const directory = mkdtempSync(join(tmpdir(), 'root-'));
beforeAll(() => {
  mkdirSync(join(directory, 'zones'));
  writeFileSync(join(directory, 'file'), '');
});
afterAll(() => rmSync(directory, { recursive: true }));

/** The setting, and problems with their severity; relative paths start from the test's directory. */
function outcome(directives: string): { readonly root: string | undefined; readonly problems: readonly string[] } {
  const { instance, problems } = setUp(root, directives, { resolvePath: (path) => resolve(directory, path) });
  return {
    root: instance.settings?.root,
    problems: problems.map((problem) => `${problem.severity} ${describeProblem(problem)}`),
  };
}

test.each([
  ['root zones', 'zones', []],
  [`root ${directory}/zones`, `${directory}/zones`, []],
  ['root nowhere\nroot zones', 'zones', []],
  [
    'root nowhere',
    'nowhere',
    ['warning Corefile:2:6: Root path does not exist: nowhere (create it before files are read from it)'],
  ],
  [
    'root zones\nroot file/zones',
    'file/zones',
    ['error Corefile:3:6: unable to access root path: file/zones (name a directory that this process may read)'],
  ],
  ['root', '', ['error Corefile:2:1: "root" needs an argument (write: root PATH)']],
  [
    'root zones other',
    '',
    ['error Corefile:2:12: "root" takes one argument, "other" is one too many (write: root PATH)'],
  ],
  [
    'root zones {\n file\n}',
    'zones',
    ['error Corefile:3:2: plugin root has no option "file" (root has no options: remove the line)'],
  ],
])('%j', (directives, path, problems) => {
  expect(outcome(directives)).toEqual({ root: path, problems });
});
