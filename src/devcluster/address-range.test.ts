import { expect, test } from 'vitest';

import { AddressRange, familyOf } from './address-range.ts';

test.each([
  ['10.96.0.0/12', '10.96.0.10', '10.107.37.188', '10.112.0.0'],
  ['10.96.7.9/16', '10.96.0.10', '10.96.255.255', '10.97.0.0'],
  ['fd00:10:96::/108', 'fd00:10:96::a', 'fd00:10:96::f:ffff', 'fd00:10:96::10:0'],
])('%s', (text, tenth, inside, outside) => {
  const range = AddressRange.parse(text);
  expect(range.at(10n)).toBe(tenth);
  expect([range.contains(inside), range.contains(outside), range.contains('x')]).toEqual([true, false, false]);
});

test('blocks of a range', () => {
  expect(AddressRange.parse('10.244.0.0/16').subrange(2n, 8n).text).toBe('10.244.2.0/24');
  expect(AddressRange.parse('fd00:10:244::/56').subrange(1n, 64n).text).toBe('fd00:10:244:1::/64');
});

test.each(['10.96.0.0', '10.96.0.0/33', 'x/8', '10.96.0.0/-1', '::/129'])('%s is no range', (text) => {
  expect(() => AddressRange.parse(text)).toThrow('is no address range; write one like 10.96.0.0/12');
});

test('families', () => {
  expect(['10.0.0.1', '::1', 'x', ''].map((text) => familyOf(text))).toEqual(['IPv4', 'IPv6', undefined, undefined]);
});
