import { expect, test } from 'vitest';
import { isLastInChain } from './chain-end.ts';
import type { NamedInstance } from './context.ts';
import type { PluginInstance } from './plugin.ts';

const own: PluginInstance = { handle: (query, next) => next(query) };
const before: PluginInstance = { handle: (query, next) => next(query) };

test.each<[what: string, after: readonly PluginInstance[], expected: boolean]>([
  ['nothing', [], true],
  ['a plugin that queries do not pass', [{ ready: () => true }], true],
  ['one that answers', [{ handle: () => null }], false],
  ['one that looks', [{ observe: () => {} }], false],
])('followed by %s', (_what, after, expected) => {
  const instances = [before, own, ...after].map((instance): NamedInstance => ({ name: 'x', instance }));
  expect(isLastInChain(instances, own)).toBe(expected);
  expect(isLastInChain(instances, before)).toBe(false);
});

test('a plugin that is not there is not the last', () => {
  expect(isLastInChain([], own)).toBe(false);
});
