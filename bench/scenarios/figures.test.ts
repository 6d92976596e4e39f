import { describe, expect, it, test } from 'vitest';
import { smallerShare } from './mouths.ts';
import { parseFlood, sumOfDrops } from './overload.ts';

describe('smallerShare', () => {
  test.each([
    [{ a: 1, b: 1, c: 0 }, { a: 1.1, b: 4, c: 2 }, 40],
    [{ a: 0 }, { a: 2, new: 2 }, 50],
    [{ a: 1 }, { a: 3 }, 0],
    [{ a: 1 }, { a: 1 }, 0],
  ])('from %j to %j', (before, after, share) => {
    expect(smallerShare(new Map(Object.entries(before)), new Map(Object.entries(after)))).toBeCloseTo(share, 6);
  });
});

test('counters of dropped queries are summed', () => {
  const exposition = `# HELP clusterfirst_udp_dropped_total what
# TYPE clusterfirst_udp_dropped_total counter
clusterfirst_udp_dropped_total{server="dns://:53"} 12
clusterfirst_shed_queries_total 30
coredns_dns_requests_total{zone="dropped"} 1000
`;
  expect(sumOfDrops(exposition)).toBe(42);
});

describe('parseFlood', () => {
  it('takes the last line', () => {
    expect(parseFlood('{"sent":64,"answered":1}\n{"sent":128,"answered":100}\n')).toEqual({ sent: 128, answered: 100 });
  });

  it('says what is wrong', () => {
    expect(() => parseFlood('{}\n')).toThrow('the flood printed {}');
  });
});
