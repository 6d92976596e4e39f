import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ListSplitter } from './list-splitter.ts';

function split(text: string, size: number): { items: unknown[]; rest: unknown } {
  const bytes = Buffer.from(text);
  const splitter = new ListSplitter();
  const items: unknown[] = [];
  for (let i = 0; i < bytes.length; i += size) {
    for (const item of splitter.push(bytes.subarray(i, i + size))) items.push(JSON.parse(Buffer.from(item).toString()));
  }
  return { items, rest: JSON.parse(Buffer.from(splitter.end()).toString()) };
}

describe('ListSplitter', () => {
  it.each([
    ['{"items":[]}', [], { items: [] }],
    [
      '{"kind":"L","items":[{"a":[1,{"b":"}]"}]},{}],"metadata":{"items":[{}]}}',
      [{ a: [1, { b: '}]' }] }, {}],
      { kind: 'L', items: [], metadata: { items: [{}] } },
    ],
    [
      '{"x":"items","y":[{}],"items" : [ {"q":"\\"}\\\\"} , {"é":1} ] }',
      [{ q: '"}\\' }, { é: 1 }],
      { x: 'items', y: [{}], items: [] },
    ],
    ['{"items":null}', [], { items: null }],
  ])('cuts %s whatever the chunks', (text, items, rest) => {
    for (let size = 1; size <= text.length; size++) expect(split(text, size)).toEqual({ items, rest });
  });

  it('gives back any list of objects', () => {
    fc.assert(
      fc.property(fc.array(fc.dictionary(fc.string(), fc.json())), fc.integer({ min: 1, max: 50 }), (items, size) => {
        const list = { metadata: { resourceVersion: '1' }, items, kind: 'List' };
        const expected: unknown = JSON.parse(JSON.stringify(items));
        expect(split(JSON.stringify(list, undefined, size % 3), size).items).toEqual(expected);
      }),
    );
  });
});
