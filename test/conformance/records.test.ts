import { describe, expect, test } from 'vitest';
import { compareMultisets, compareOrdered, fitsRecord } from './records.ts';

const exact = { case: false, ttlSlack: 0 };

describe('fitsRecord', () => {
  test.each([
    ['the same', 'a.test. 60 IN A 10.0.0.1', 'a.test. 60 IN A 10.0.0.1', exact, true],
    ['other data', 'a.test. 60 IN A 10.0.0.1', 'a.test. 60 IN A 10.0.0.2', exact, false],
    ['names in another letter case', 'a.test. 60 IN CNAME B.test.', 'A.test. 60 IN CNAME b.TEST.', exact, true],
    ['... where case counts', 'a.test. 60 IN A 10.0.0.1', 'A.test. 60 IN A 10.0.0.1', { ...exact, case: true }, false],
    ['texts in another letter case', 'a.test. 60 IN TXT "a."', 'a.test. 60 IN TXT "A."', exact, false],
    ['base64 in another letter case', 'a.test. 60 IN OPENPGPKEY aGk=', 'a.test. 60 IN OPENPGPKEY AGk=', exact, false],
    [
      'a lower TTL within the slack',
      'a.test. 60 IN A 10.0.0.1',
      'a.test. 58 IN A 10.0.0.1',
      { ...exact, ttlSlack: 2 },
      true,
    ],
    ['a lower TTL beyond it', 'a.test. 60 IN A 10.0.0.1', 'a.test. 57 IN A 10.0.0.1', { ...exact, ttlSlack: 2 }, false],
    ['a higher TTL', 'a.test. 60 IN A 10.0.0.1', 'a.test. 61 IN A 10.0.0.1', { ...exact, ttlSlack: 2 }, false],
    ['any TTL', 'a.test. 60 IN A 10.0.0.1', 'a.test. 9 IN A 10.0.0.1', { ...exact, ttlSlack: undefined }, true],
    ['a wildcard', 'a.test. 60 IN SOA n. h. * 1 2 3 4', 'a.test. 60 IN SOA n. h. 77 1 2 3 4', exact, true],
    ['a wildcard and one word more', 'a.test. 60 IN TXT *', 'a.test. 60 IN TXT "a" "b"', exact, false],
    ['a quoted text with spaces is one word', 'a.test. 60 IN TXT *', 'a.test. 60 IN TXT "a \\" b"', exact, true],
  ])('%s', (_, expected, actual, tolerance, fits) => {
    expect(fitsRecord(expected, actual, tolerance)).toBe(fits);
  });
});

describe('lists', () => {
  const [one, two, any] = ['a. 1 IN A 10.0.0.1', 'a. 1 IN A 10.0.0.2', 'a. 1 IN A *'];

  test('as multisets: order does not count, number does', () => {
    expect(compareMultisets([one, two], [two, one], exact)).toBeUndefined();
    expect(compareMultisets([one, one], [one, two], exact)).toEqual({ missing: [one], unexpected: [two] });
    expect(compareMultisets([one], [one, one], exact)).toEqual({ missing: [], unexpected: [one] });
  });

  test('a wildcard does not take the partner of another record', () => {
    expect(compareMultisets([any, one], [one, two], exact)).toBeUndefined();
  });

  test('ordered', () => {
    expect(compareOrdered([one, two], [one, two], exact)).toBeUndefined();
    expect(compareOrdered([one, two], [two, one], exact)).toEqual({ missing: [one, two], unexpected: [two, one] });
  });
});
