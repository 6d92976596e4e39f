import { describe, expect, it } from 'vitest';
import { ClientAddresses } from './client-addresses.ts';
import { toSocketAddress } from './socket-address.ts';

describe('ClientAddresses', () => {
  const addresses = new ClientAddresses();

  it.each([
    ['0.0.0.0', '0.0.0.0'],
    ['10.244.0.17', '10.244.0.17'],
    ['255.255.255.255', '255.255.255.255'],
    ['2001:db8::1', '2001:db8::1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
  ])('reads %s, once and again, with each port', (given, address) => {
    for (const port of [53, 65_535, 53]) {
      expect(addresses.read(Buffer.concat([Buffer.alloc(3), toSocketAddress(given, port)]), 3)).toEqual({
        address,
        port,
      });
    }
  });

  it('takes none of many for another', () => {
    const all = Array.from({ length: 5000 }, (_, i) => `10.${i >> 12}.${(i >> 6) & 63}.${i & 63}`);
    for (const address of [...all, ...all.toReversed()]) {
      expect(addresses.read(toSocketAddress(address, 1), 0)).toEqual({ address, port: 1 });
    }
  });
});
