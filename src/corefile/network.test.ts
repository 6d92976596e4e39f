import { describe, expect, it } from 'vitest';
import { reverseZones } from './network.ts';

describe('reverseZones', () => {
  it.each([
    ['10.0.0.0/8', ['10.in-addr.arpa.']],
    ['10.1.2.3/24', ['2.1.10.in-addr.arpa.']],
    ['192.0.2.1/32', ['1.2.0.192.in-addr.arpa.']],
    ['0.0.0.0/0', ['in-addr.arpa.']],
    ['10.0.0.0/08', ['10.in-addr.arpa.']],
    ['10.1.128.0/18', Array.from({ length: 64 }, (_, i) => `${128 + i}.1.10.in-addr.arpa.`)],
    ['10.0.0.0/7', ['10.in-addr.arpa.', '11.in-addr.arpa.']],
    ['2001:db8::/32', ['8.b.d.0.1.0.0.2.ip6.arpa.']],
    ['2001:DB8:0::/36', ['0.8.b.d.0.1.0.0.2.ip6.arpa.']],
    ['2001:db8::/34', ['0', '1', '2', '3'].map((digit) => `${digit}.8.b.d.0.1.0.0.2.ip6.arpa.`)],
    ['2000::/3', ['2.ip6.arpa.', '3.ip6.arpa.']],
    ['2000::/0', ['ip6.arpa.']],
    ['1:2:3:4:5:6:10.0.0.1/112', ['0.0.a.0.6.0.0.0.5.0.0.0.4.0.0.0.3.0.0.0.2.0.0.0.1.0.0.0.ip6.arpa.']],
  ])('%s', (network, zones) => {
    expect(reverseZones(network)).toEqual(zones);
  });

  it('makes at most 128 zones of a network', () => {
    expect(reverseZones('10.1.0.0/17')).toHaveLength(128);
    expect(reverseZones('2001:db8::/33')).toHaveLength(8);
  });

  it.each([
    '10.0.0.0',
    '10.0.0.0/33',
    '2001:db8::/129',
    '10.0.0/8',
    '010.0.0.0/8',
    'a.test/24',
    'fe80::1%eth0/64',
    '/8',
    '10.0.0.0/+8',
  ])('%s is no network', (text) => {
    expect(reverseZones(text)).toBeUndefined();
  });
});
