import { isIPv4, isIPv6 } from 'node:net';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Address, formatAddress, parseAddress } from './address.ts';

describe('Address', () => {
  it.each([
    ['10.96.0.20', 4, '10.96.0.20'],
    ['2001:DB8:0:0::1', 6, '2001:db8::1'],
    ['fd00:10:96::105', 6, 'fd00:10:96::105'],
    ['::', 6, '::'],
    ['1::', 6, '1::'],
    ['1:0:0:2:0:0:0:3', 6, '1:0:0:2::3'],
    ['1:0:2:3:4:5:6:7', 6, '1:0:2:3:4:5:6:7'],
    ['64:ff9b::192.0.2.1', 6, '64:ff9b::c000:201'],
    ['::ffff:10.0.0.1', 4, '10.0.0.1'],
    ['WWW.example.com', 0, 'www.example.com'],
    ['10.0.0.01', 0, '10.0.0.01'],
    ['10.0.0.256', 0, '10.0.0.256'],
    ['1:2:3:4:5:6:7::8', 0, '1:2:3:4:5:6:7::8'],
    ['1::2::3', 0, '1::2::3'],
    [':1::', 0, ':1::'],
    ['fe80::1%eth0', 0, 'fe80::1%eth0'],
    ['', 0, ''],
  ])('%j has family %i and key %j', (text, family, key) => {
    const address = new Address(text);
    expect(address.family).toBe(family);
    expect(address.key).toBe(key);
    expect(address.octets.length).toBe(family === 4 ? 4 : family === 6 ? 16 : 0);
  });

  it('makes octets once', () => {
    const address = new Address('10.244.1.3');
    expect([...address.octets]).toEqual([10, 244, 1, 3]);
    expect(address.octets).toBe(address.octets);
  });
});

describe('parseAddress', () => {
  it('reads what formatAddress writes', () => {
    const octets = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(octets, (given) => {
        const text = formatAddress(given);
        expect(given.length === 4 ? isIPv4(text) : isIPv6(text)).toBe(true);
        expect(formatAddress(parseAddress(text) ?? given)).toBe(
          text.replace(/^::ffff:.*/, formatAddress(given.slice(12))),
        );
      }),
    );
  });

  it('takes exactly what node takes, zone ids aside', () => {
    const text = fc.string({ unit: fc.constantFrom(...'0123456789abf:.:.'.split('')), maxLength: 24 });
    fc.assert(
      fc.property(text, (given) => (parseAddress(given) !== undefined) === (isIPv4(given) || isIPv6(given))),
      {
        numRuns: 2000,
      },
    );
  });
});
