import { expect, test } from 'vitest';
import { parseAddress } from '../dns/addresses.ts';
import { AddressBlock } from './address-block.ts';

test.each([
  ['10.0.77.0/8', '10.255.0.1', true],
  ['10.0.77.0/8', '11.0.0.1', false],
  ['127.8.8.8/29', '127.8.8.15', true],
  ['127.8.8.8/29', '127.8.8.16', false],
  ['0.0.0.0/0', '192.0.2.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['192.0.2.1/32', '192.0.2.1', true],
  ['192.0.2.1/32', '::ffff:192.0.2.1', true],
  ['fd00::/7', 'fc00::1', true],
  ['2001:db8::/33', '2001:db8:8000::1', false],
])('%s contains %s: %s', (block, address, expected) => {
  expect(AddressBlock.parse(block)?.contains(parseAddress(address) ?? new Uint8Array())).toBe(expected);
});

test.each(['10.0.0.0', '10.0.0.0/33', '10.0.0/8', 'fd00::/129', 'a/8', '10.0.0.0/-1', ''])('%s is none', (text) => {
  expect(AddressBlock.parse(text)).toBeUndefined();
});
