import * as fc from 'fast-check';
import { describe, expect, it, test } from 'vitest';
import { AddressSet } from './address-set.ts';
import { parseAddress } from './addresses.ts';
import { cidrContains, network, parseCidr } from './cidr.ts';

function setOf(...networks: string[]): AddressSet {
  return new AddressSet(networks.flatMap((text) => parseCidr(text) ?? []));
}

function has(set: AddressSet, text: string): boolean {
  const octets = parseAddress(text) ?? new Uint8Array();
  // As it is looked up while queries are answered: at the start of octets that were something else before.
  const scratch = new Uint8Array(16).fill(0xff);
  scratch.set(octets);
  return set.has(scratch, octets.length);
}

describe('a set of addresses', () => {
  it.each<[networks: readonly string[], address: string, found: boolean]>([
    [[], '10.0.0.1', false],
    [['10.0.0.0/8'], '10.255.255.255', true],
    [['10.0.0.0/8'], '11.0.0.0', false],
    [['10.0.0.0/8'], '9.255.255.255', false],
    [['10.0.0.4/30'], '10.0.0.7', true],
    [['10.0.0.4/30'], '10.0.0.8', false],
    [['10.0.0.1/32'], '10.0.0.1', true],
    [['10.0.0.1/32'], '10.0.0.0', false],
    [['255.255.255.255/32'], '255.255.255.255', true],
    [['0.0.0.0/0'], '203.0.113.1', true],
    [['0.0.0.0/0'], '2001:db8::1', false],
    [['::/0'], '2001:db8::1', true],
    [['::/0'], '10.0.0.1', false],
    [['2001:db8::/33'], '2001:db8:7fff::1', true],
    [['2001:db8::/33'], '2001:db8:8000::1', false],
    [['::1/128'], '::1', true],
    // One inside another, in any order, and neighbours.
    [['10.1.0.0/16', '10.0.0.0/8', '10.1.2.0/24'], '10.9.0.1', true],
    [['10.0.0.0/25', '10.0.0.128/25'], '10.0.0.200', true],
    [['10.0.0.0/25', '10.0.1.0/25'], '10.0.0.200', false],
    [['10.0.0.0/8', 'fd00::/8'], 'fd12::1', true],
    [['::ffff:10.0.0.0/104'], '10.1.1.1', true],
    [['::ffff:10.0.0.0/104'], '11.1.1.1', false],
  ])('%j has %s: %s', (networks, address, found) => {
    expect(has(setOf(...networks), address)).toBe(found);
  });
});

test.each([4, 16])('a set has the addresses of its networks and no others: %i octets', (length) => {
  // Few values, so that networks and addresses meet.
  const address = fc
    .array(fc.constantFrom(1, 127, 128, 255), { minLength: length, maxLength: length })
    .map((octets) => Uint8Array.from(octets));
  const cidr = fc.tuple(address, fc.nat({ max: length * 8 })).map(([octets, prefix]) => network(octets, prefix));
  fc.assert(
    fc.property(fc.array(cidr), address, (networks, octets) => {
      expect(new AddressSet(networks).has(octets, length)).toBe(networks.some((one) => cidrContains(one, octets)));
    }),
  );
});
