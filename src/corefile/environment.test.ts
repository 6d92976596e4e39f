import { describe, expect, it } from 'vitest';
import { replaceEnvironment } from './environment.ts';

const ENVIRONMENT = {
  A: 'apple',
  B: '{$A}-{%A%}',
  EMPTY: '',
  SPACED: 'two words {',
  LOOP: 'x{$LOOP}',
  PING: '{$PONG}',
  PONG: '{$PING}',
  D0: '{$D1}{$D1}',
  ...Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`D${i + 1}`, `{$D${i + 2}}{$D${i + 2}}`])),
};

describe('replaceEnvironment', () => {
  it.each([
    ['plain', 'plain'],
    ['{$A}', 'apple'],
    ['{%A%}', 'apple'],
    ['v{$A}:{%A%}{$A}', 'vapple:appleapple'],
    ['{$B}', 'apple-{%A%}'],
    ['{%B%}', 'apple-apple'],
    ['{$EMPTY}', ''],
    ['{$SPACED}', 'two words {'],
    ['{$}{$A}', '{$}{$A}'],
    ['{%%}{%A%}{$A}', '{%%}{%A%}apple'],
    ['{$A', '{$A'],
    ['{%A}', '{%A}'],
    ['{A}', '{A}'],
  ])('%s → %s', (text, replaced) => {
    expect(replaceEnvironment(text, ENVIRONMENT)).toEqual({ text: replaced, unset: [], endless: false });
  });

  it('names what is not set, and does not take it from the prototype', () => {
    expect(replaceEnvironment('a{$NONE}b{%constructor%}{$GONE}', { GONE: undefined })).toEqual({
      text: 'ab',
      unset: ['constructor', 'NONE', 'GONE'],
      endless: false,
    });
  });

  it.each(['{$LOOP}', '{$PING}', '{$D0}'])('gives up on %s', (text) => {
    expect(replaceEnvironment(text, ENVIRONMENT)).toMatchObject({ text, endless: true });
  });
});
