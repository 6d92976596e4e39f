import { expect, it } from 'vitest';
import { parseAddress } from './addresses.ts';
import { type Cidr, cidrContains, parseCidr, printCidr } from './cidr.ts';

const cidr = (text: string): Cidr => parseCidr(text) ?? { address: new Uint8Array(4), prefixLength: 33 };

it.each([
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['10.1.2.3/12', '10.0.0.0/12'],
  ['10.1.2.3/32', '10.1.2.3/32'],
  ['0.0.0.0/0', '0.0.0.0/0'],
  ['2001:db8:ffff::/33', '2001:db8:8000::/33'],
  ['2001:db8::1/128', '2001:db8::1/128'],
])('%s', (text, printed) => expect(printCidr(cidr(text))).toBe(printed));

it.each(['10.0.0.0', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/08', '::/129', '::/-1', 'x/8', '10.0.0.0/8/8'])(
  'no network: %s',
  (text) => expect(parseCidr(text)).toBeUndefined(),
);

it.each([
  ['10.0.0.0/8', '10.255.0.1', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.96.0.0/12', '10.111.255.255', true],
  ['10.96.0.0/12', '10.112.0.0', false],
  ['10.1.2.3/32', '10.1.2.3', true],
  ['10.1.2.3/32', '10.1.2.2', false],
  ['0.0.0.0/0', '255.1.1.1', true],
  ['0.0.0.0/0', '::1', false],
  ['::/0', '10.0.0.1', false],
  ['10.0.0.0/8', '::ffff:10.0.0.1', true],
  ['fd00::/8', 'fdff::1', true],
  ['fd00::/8', 'fe00::1', false],
])('%s contains %s: %s', (network, address, contained) => {
  expect(cidrContains(cidr(network), parseAddress(address) ?? new Uint8Array(4))).toBe(contained);
});
