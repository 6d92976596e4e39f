import { describe, expect, test } from 'vitest';
import type { Case } from './case.ts';
import { parseDifferences, parsePending, withDifferences } from './expectations.ts';

describe('pending.txt', () => {
  test('a case and a reason on each line', () => {
    expect([...parsePending('# comment\n\na/b  needs c\n')]).toEqual([['a/b', 'needs c']]);
  });

  test.each([
    ['a/b\n', 'needs a case and a reason'],
    ['a/b x\na/b y\n', 'lists a/b twice'],
  ])('refuses %j', (text, message) => {
    expect(() => parsePending(text)).toThrow(message);
  });
});

describe('differences.txt', () => {
  const vector: Case = {
    name: 'b',
    about: '',
    corefile: '',
    start: 'ok',
    steps: [{ sleep_ms: 1 }, { query: { name: 'x', type: 'A' }, any_of: [{ rcode: 'REFUSED' }] }],
  };

  test('replaces members of a step', () => {
    const differences = parseDifferences('# comment\na/b step 2: better\n  {"reply":\n   {"rcode": "NOERROR"}}\n');
    expect(differences).toMatchObject([{ id: 'a/b', place: 'step 2', reason: 'better' }]);
    expect(withDifferences(vector, differences).steps?.[1]).toEqual({
      query: { name: 'x', type: 'A' },
      reply: { rcode: 'NOERROR' },
    });
  });

  test('replaces the start', () => {
    const [difference] = parseDifferences(
      'a/b start: worse\n  {"start": "fails"}\na/c config 1: x\n  {"start": "ok"}\n',
    );
    expect(withDifferences(vector, difference ? [difference] : []).start).toBe('fails');
  });

  test.each([
    ['a/b step 3: x\n  {"sleep_ms": 2}\n', 'a/b has no step 3'],
    ['a/b step 1: x\n  {"sleep_ms": 1}\n', 'take it out'],
    ['a/b 1: x\n  {}\n', 'this is no entry'],
    ['a/b step 1: x\n', 'this is no entry'],
    ['a/b step 1: x\n  {}\na/b step 1: x\n  {}\n', 'two entries for a/b step 1'],
  ])('refuses %j', (text, message) => {
    expect(() => withDifferences(vector, parseDifferences(text))).toThrow(message);
  });
});
