import { describe, expect, it } from 'vitest';
import { suggest } from './suggest.ts';

const PLUGINS = [
  'bind',
  'cache',
  'errors',
  'file',
  'forward',
  'health',
  'hosts',
  'kubernetes',
  'log',
  'loop',
  'ready',
  'tls',
];

describe('suggest', () => {
  it.each([
    ['kubernets', 'kubernetes'],
    ['kuberentes', 'kubernetes'],
    ['Forward', 'forward'],
    ['foward', 'forward'],
    ['lgo', 'log'],
    ['cahce', 'cache'],
    ['error', 'errors'],
    ['healt', 'health'],
    ['tsl', 'tls'],
    ['proxy', undefined],
    ['x', undefined],
    ['', undefined],
    ['federation', undefined],
  ])('%s → %s', (word, candidate) => {
    expect(suggest(word, PLUGINS)).toBe(candidate);
  });
});
