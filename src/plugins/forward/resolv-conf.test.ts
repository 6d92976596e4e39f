import { expect, test } from 'vitest';
import { readNameservers } from './resolv-conf.ts';

test('readNameservers', () => {
  const text = [
    '# nameserver 192.0.2.1',
    '; nameserver 192.0.2.2',
    'search example.org',
    'nameserver 192.0.2.3',
    '\tnameserver\t2001:db8::1  # the other one\r',
    'nameserver',
    'nameservers 192.0.2.4',
    'nameserver fe80::1%eth0',
    'options ndots:5',
  ].join('\n');
  expect(readNameservers(text)).toEqual([
    { text: '192.0.2.3', line: 4 },
    { text: '2001:db8::1', line: 5 },
    { text: 'fe80::1%eth0', line: 8 },
  ]);
});
