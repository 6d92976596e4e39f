import { expect, it } from 'vitest';
import { MultiIndex } from './multi-index.ts';

it('keeps objects by key in the order of namespace and name', () => {
  const index = new MultiIndex<{ namespace: string; name: string }>();
  const [a, b, c] = [
    { namespace: 'x', name: 'b' },
    { namespace: 'w', name: 'z' },
    { namespace: 'x', name: 'a' },
  ];
  index.add(['k', 'l'], a);
  index.add(['k', 'k'], b);
  const before = index.get('k');
  index.add(['k'], c);
  expect(index.get('k')).toEqual([b, c, a]);
  expect(before).toEqual([b, a]);
  index.remove(['k', 'l', 'm'], a);
  expect(index.get('k')).toEqual([b, c]);
  expect(index.get('l')).toEqual([]);
  index.remove(['k'], b);
  index.remove(['k'], c);
  expect(index.isEmpty).toBe(true);
});
