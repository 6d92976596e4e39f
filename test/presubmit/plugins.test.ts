import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { order } from '../../src/plugins/order.ts';
import { root } from './source-files.ts';

const folders = globSync('src/plugins/*/', { cwd: root }).map((path) => path.replace(/\/$/, '').replace(/^.*\//, ''));

describe('plugins', () => {
  it('stand once in the order of the chain', () => {
    const names = order.map(({ name }) => name);
    expect(names).toEqual([...new Set(names)]);
  });

  it('are in the order if they have a folder', () => {
    const names = new Set(order.map(({ name }) => name));
    expect(folders.filter((folder) => !names.has(folder))).toEqual([]);
  });

  it.each(folders)('%s has a manual page with a Corefile, and a test', (folder) => {
    const page = join(root, 'src/plugins', folder, 'README.md');
    expect(existsSync(page), `${folder}/README.md is missing`).toBe(true);
    const text = readFileSync(page, 'utf8');
    expect(text).toMatch(new RegExp(`^# ${folder}$`, 'm'));
    expect(text).toContain('```corefile\n');
    expect(globSync(`src/plugins/${folder}/*.test.ts`, { cwd: root })).not.toEqual([]);
  });

  it.each(order.map((plugin): [string, typeof plugin] => [plugin.name, plugin]))(
    '%s documents each of its options',
    (name, plugin) => {
      const folder = plugin.retired === undefined ? name : plugin.retired;
      const text = readFileSync(join(root, 'src/plugins', folder, 'README.md'), 'utf8');
      expect(Object.keys(plugin.options).filter((option) => !text.includes(`\`${option}`))).toEqual([]);
    },
  );
});
