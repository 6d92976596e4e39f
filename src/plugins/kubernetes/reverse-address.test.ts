import { expect, test } from 'vitest';
import { DomainName } from '../../dns/name.ts';
import { reverseAddress } from './reverse-address.ts';

const SIX = '3.0.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.6.9.0.0.0.1.0.0.0.0.d.f.ip6.arpa';

test.each([
  ['20.0.96.10.in-addr.arpa', '10.96.0.20'],
  ['20.0.96.10.IN-ADDR.ARPA', '10.96.0.20'],
  ['0.96.10.in-addr.arpa', undefined],
  ['1.20.0.96.10.in-addr.arpa', undefined],
  ['04.3.2.1.in-addr.arpa', undefined],
  ['300.1.1.1.in-addr.arpa', undefined],
  ['in-addr.arpa', undefined],
  ['20.0.96.10.cluster.local', undefined],
  [SIX, 'fd00:10:96::103'],
  [SIX.toUpperCase(), 'fd00:10:96::103'],
  [`f.${SIX}`, 'fd00:10:96::103'],
  [`a.b.c.d.${SIX}`, undefined],
  [SIX.slice(2), undefined],
  [`00.${SIX.slice(2)}`, undefined],
  [`g${SIX.slice(1)}`, undefined],
  [`4.0.3.0.2.0.1.0.f.f.f.f${'.0'.repeat(20)}.ip6.arpa`, '1.2.3.4'],
])('%s is %s', (name, address) => {
  expect(reverseAddress(DomainName.parse(name))).toBe(address);
});
