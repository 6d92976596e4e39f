import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOfReverseName, isIPv4Mapped, parseAddress, parseIPv4, parseIPv6, readAddress } from './addresses.ts';
import { printAddress, printIPv6, reverseName, unmapIPv4 } from './addresses.ts';
import { DomainName } from './name.ts';

describe('IPv4', () => {
  it.each(['0.0.0.0', '192.0.2.1', '255.255.255.255', '1.20.30.4'])('%s', (text) => {
    expect(printAddress(parseIPv4(text) ?? new Uint8Array(4))).toBe(text);
  });

  it.each([
    '',
    '1',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.',
    '.1.2.3',
    '01.2.3.4',
    '1.2.3.256',
    '1.2.3.4 ',
    '1.2.3.-4',
    '1..2.3',
  ])('none: "%s"', (text) => expect(parseIPv4(text)).toBeUndefined());
});

describe('IPv6', () => {
  it.each([
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['1:0:0:2:0:0:0:3', '1:0:0:2::3'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.1'],
    ['::ffff:c000:201', '::ffff:192.0.2.1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['0001:0002::', '1:2::'],
  ])('%s', (text, printed) => expect(printIPv6(parseIPv6(text) ?? new Uint8Array(16))).toBe(printed));

  it.each([
    '',
    ':',
    ':::',
    '1',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '1::2::3',
    ':1::',
    '1:',
    '1::2:',
    '12345::',
    'g::',
    '::1.2.3',
    '1:2:3:4:5:6:7:1.2.3.4',
    '::1.2.3.4:1',
    'fe80::1%eth0',
  ])('none: "%s"', (text) => expect(parseIPv6(text)).toBeUndefined());

  it('knows mapped addresses', () => {
    const mapped = parseIPv6('::ffff:192.0.2.1') ?? new Uint8Array(16);
    expect(isIPv4Mapped(mapped)).toBe(true);
    expect(unmapIPv4(mapped)).toEqual(parseIPv4('192.0.2.1'));
    const other = parseIPv6('::1') ?? new Uint8Array(16);
    expect(unmapIPv4(other)).toBe(other);
  });
});

describe('octets that are there already', () => {
  it.each([
    ['192.0.2.1', 4],
    ['2001:db8::1', 16],
    ['1::2:0:0:3', 16],
    ['::', 16],
    ['::ffff:192.0.2.1', 16],
    ['192.0.2', 0],
    ['1:2::3::', 0],
    ['', 0],
  ])('%s: %i of them are the address', (text, length) => {
    const octets = new Uint8Array(16).fill(0xee);
    expect(readAddress(text, octets)).toBe(length);
    if (length > 0) expect(octets.slice(0, length)).toEqual(parseAddress(text));
  });
});

describe('reverse names', () => {
  it.each([
    ['192.0.2.1', '1.2.0.192.in-addr.arpa.'],
    ['2001:db8::567:89ab', 'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa.'],
  ])('%s', (address, name) => {
    const octets = parseAddress(address) ?? new Uint8Array(4);
    expect(reverseName(octets).text).toBe(name);
    expect(addressOfReverseName(DomainName.parse(name.toUpperCase()))).toEqual(octets);
  });

  it.each([
    '.',
    'in-addr.arpa',
    '2.0.192.in-addr.arpa',
    '9.1.2.0.192.in-addr.arpa',
    '01.2.0.192.in-addr.arpa',
    '1.2.0.256.in-addr.arpa',
    '1\\.2.0.192.in-addr.arpa',
    '8.b.d.0.1.0.0.2.ip6.arpa',
    'bb.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    'example.org',
  ])('none: %s', (name) => expect(addressOfReverseName(DomainName.parse(name))).toBeUndefined());
});

it('printing and parsing are inverse', () => {
  const groups = fc.array(fc.constantFrom(0, 0, 0, 1, 0xffff, 0xabcd), { minLength: 8, maxLength: 8 });
  const ipv6 = groups.map((values) => Uint8Array.from(values.flatMap((value) => [value >>> 8, value & 0xff])));
  const ipv4 = fc.uint8Array({ minLength: 4, maxLength: 4 });
  fc.assert(
    fc.property(fc.oneof(ipv4, ipv6), (octets) => {
      expect(parseAddress(printAddress(octets))).toEqual(octets);
      expect(addressOfReverseName(reverseName(octets))).toEqual(octets);
    }),
  );
});
