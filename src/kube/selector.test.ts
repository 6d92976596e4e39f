import { describe, expect, it } from 'vitest';
import { parseSelector, printSelector } from './selector.ts';

describe('parseSelector', () => {
  it.each([
    ['', ''],
    ['tier=edge', 'tier=edge'],
    ['tier == edge', 'tier=edge'],
    ['tier in (edge, core,edge)', 'tier in (core,edge)'],
    ['tier in (edge)', 'tier=edge'],
    ['tier notin(edge)', 'tier notin (edge)'],
    ['exposed', 'exposed'],
    ['! exposed', '!exposed'],
    ['zone=b,app.kubernetes.io/name=x', 'app.kubernetes.io/name=x,zone=b'],
    ['tier=', 'tier='],
    ['tier in (,a)', 'tier in (,a)'],
    ['in in (in)', 'in=in'],
    ['notin', 'notin'],
  ])('%j prints as %j', (text, printed) => {
    expect(printSelector(parseSelector(text))).toBe(printed);
    expect(printSelector(parseSelector(printed))).toBe(printed);
  });

  it.each([
    ['tier!=edge', 'the operator != is not supported here; write tier notin (…)'],
    ['!!', 'found "!" in "!!", expected a label key'],
    ['a,', 'found the end in "a,", expected a label key'],
    ['a b', 'found "b" in "a b", expected =, ==, in, notin or a comma'],
    ['a=b c', 'found "c" in "a=b c", expected a comma or the end'],
    ['a in b', 'found "b" in "a in b", expected ('],
    ['a in ()', 'in and notin need at least one value'],
    ['a in (b', 'found the end in "a in (b", expected a comma or )'],
    ['a>1', 'found ">" in "a>1", expected =, ==, in, notin or a comma'],
    ['-a', '"-a" is not a label key; write NAME or DNS.PREFIX/NAME'],
    ['A.b/c/d', '"A.b/c/d" is not a label key; write NAME or DNS.PREFIX/NAME'],
    ['a=b/c', '"b/c" is not a label value; at most 63 letters, digits, - _ .'],
    [`a=${'x'.repeat(64)}`, `"${'x'.repeat(64)}" is not a label value; at most 63 letters, digits, - _ .`],
  ])('refuses %j', (text, message) => {
    expect(() => parseSelector(text)).toThrow(message);
  });
});
