import { describe, expect, it } from 'vitest';
import { isPattern, isPlainPattern, matchFiles } from './glob.ts';
import { memoryImports } from './memory-imports.ts';

const source = memoryImports({
  '/etc/b.conf': '',
  '/etc/a.conf': '',
  '/etc/.hidden.conf': '',
  '/etc/a.conf.bak': '',
  '/etc/d2/x': '',
  '/etc/d1/x': '',
  '/etc/d1/y': '',
  '/etc/st*r': '',
});

describe('matchFiles', () => {
  it.each([
    ['/etc/a.conf', ['/etc/a.conf']],
    ['/etc/none', []],
    ['/etc', ['/etc']],
    ['/etc/*.conf', ['/etc/.hidden.conf', '/etc/a.conf', '/etc/b.conf']],
    ['/etc/?.conf', ['/etc/a.conf', '/etc/b.conf']],
    ['/etc/d*/x', ['/etc/d1/x', '/etc/d2/x']],
    ['/etc/d?/*', ['/etc/d1/x', '/etc/d1/y', '/etc/d2/x']],
    ['/*/a.conf', ['/etc/a.conf']],
    ['/etc/st\\*r', ['/etc/st*r']],
    ['/etc/*.none', []],
    ['/etc/a*x', []],
  ])('%s', (pattern, paths) => {
    expect(matchFiles(pattern, source)).toEqual(paths);
  });
});

describe('isPlainPattern', () => {
  it.each([
    ['/a/b', false, true],
    ['/a/*', true, true],
    ['/a?/*', true, true],
    ['/*/*', true, false],
    ['/a/??', true, false],
    ['/a/[bc]', true, false],
  ])('%s', (path, pattern, plain) => {
    expect([isPattern(path), isPlainPattern(path)]).toEqual([pattern, plain]);
  });
});
