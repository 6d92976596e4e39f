import { expect, test } from 'vitest';
import { readSearchList } from './search-list.ts';

test.each([
  ['', []],
  ['nameserver 192.0.2.1\noptions ndots:5\n', []],
  ['search a.test b.test\n', ['a.test.', 'b.test.']],
  ['search A.test.\n', ['a.test.']],
  ['  search\ta.test   b.test \n', ['a.test.', 'b.test.']],
  ['search a.test\nsearch b.test c.test\n', ['b.test.', 'c.test.']],
  ['search a.test\ndomain b.test c.test\n', ['b.test.']],
  ['domain b.test\nsearch a.test\n', ['a.test.']],
  ['search a.test\nsearch\n', []],
  ['domain b.test\ndomain\n', ['b.test.']],
  ['# search a.test\n', []],
  ['search . a.test\n', ['.', 'a.test.']],
  ['search a..test b.test\n', ['b.test.']],
])('%j', (text, expected) => {
  expect(readSearchList(text).map((name) => name.text)).toEqual(expected);
});
