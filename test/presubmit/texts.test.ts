import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { order } from '../../src/plugins/order.ts';
import { corefileProblems } from '../../src/corefile/corefile-problems.ts';
import { optionProblems } from '../../src/plugin-api/options.ts';
import { serverProblems } from '../../src/server/problems.ts';
import { filesOf, root, sourceFiles } from './source-files.ts';

const documented = new Map(
  [
    ...readFileSync(join(root, 'docs/errors.md'), 'utf8').matchAll(/^\| `([a-z0-9-]+\/[a-z0-9-]+)` *\| (.+?) *\|$/gm),
  ].map(([, code = '', text = '']): [string, string] => [code, text]),
);

const declared = new Map<string, string>(
  [corefileProblems, optionProblems, serverProblems, ...order.map(({ problems }) => problems ?? {})].flatMap((table) =>
    Object.entries<string>(table),
  ),
);

describe('docs/errors.md', () => {
  it('says of every code what its table says, and lists no other', () => {
    expect(Object.fromEntries(documented)).toEqual(Object.fromEntries(declared));
  });

  it('knows every code that the sources report', () => {
    const used = sourceFiles()
      .filter(({ path }) => !path.endsWith('.test.ts'))
      .flatMap(({ text }) => [...text.matchAll(/code: '([a-z0-9-]+\/[a-z0-9-]+)'/g)].map(([, code = '']) => code));
    expect([...new Set(used)].filter((code) => !declared.has(code))).toEqual([]);
  });
});

describe('dependencies', () => {
  const description = readFileSync(join(root, 'package.json'), 'utf8');
  const names = [...description.matchAll(/^ {4}"(@?[\w/-]+)": "[\^~]?\d/gm)].map(([, name = '']) => name);
  const page = readFileSync(join(root, 'docs/dependencies.md'), 'utf8');

  it.each(names)('%s has its line in docs/dependencies.md', (name) => {
    expect(page).toContain(`| \`${name}\` `);
  });
});

describe('links', () => {
  it.each(
    filesOf('*.md', 'docs/**/*.md', 'notes/*.md', 'src/**/README.md', 'examples/**/*.md', 'test/**/README.md').filter(
      (path) => !path.includes('/vectors/'),
    ),
  )('%s links to files that are there', (path) => {
    const text = readFileSync(join(root, path), 'utf8').replace(/```[\s\S]*?```/g, '');
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(([, target = '']) =>
      join(path, '..', target),
    );
    expect(targets.filter((target) => filesOf(target.replace(/\/$/, '')).length === 0)).toEqual([]);
  });
});
