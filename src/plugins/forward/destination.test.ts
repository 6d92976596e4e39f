import { describe, expect, test } from 'vitest';
import { Complaint } from '../../plugin-api/options.ts';
import { readDestination } from './destination.ts';

describe('readDestination', () => {
  const good: readonly (readonly [string, string])[] = [
    ['192.0.2.1', 'dns 192.0.2.1 53'],
    ['192.0.2.1:5353', 'dns 192.0.2.1 5353'],
    ['dns://192.0.2.1', 'dns 192.0.2.1 53'],
    ['2001:db8::1', 'dns 2001:db8::1 53'],
    ['[2001:db8::1]', 'dns 2001:db8::1 53'],
    ['[2001:db8::1]:54', 'dns 2001:db8::1 54'],
    ['fe80::1%eth0', 'dns fe80::1%eth0 53'],
    ['[fe80::1%eth0]:54', 'dns fe80::1%eth0 54'],
    ['fe80::1%eth0:54', 'dns fe80::1%eth0 54'],
    ['tls://192.0.2.1', 'tls 192.0.2.1 853'],
    ['tls://192.0.2.1%a.test', 'tls 192.0.2.1 853 a.test'],
    ['tls://192.0.2.1%a.test:10853', 'tls 192.0.2.1 10853 a.test'],
    ['tls://[2001:db8::1%a.test]:10853', 'tls 2001:db8::1 10853 a.test'],
    ['tls://[2001:db8::1]%a.test:10853', 'tls 2001:db8::1 10853 a.test'],
    ['tls://2001:db8::1%a.test', 'tls 2001:db8::1 853 a.test'],
    ['tls://192.0.2.1%', 'tls 192.0.2.1 853'],
    ['https://192.0.2.1', 'https 192.0.2.1 443'],
    ['https://[2001:db8::1]:8443', 'https 2001:db8::1 8443'],
    ['dns.example', 'dns dns.example 53 named'],
    ['dns.example.:54', 'dns dns.example. 54 named'],
    ['tls://dns.example%other.example', 'tls dns.example 853 other.example named'],
  ];
  test.for(good)('%s', ([text, expected]) => {
    const read = readDestination(text);
    if (read instanceof Complaint) throw new Error(read.message);
    const { scheme, host, port, serverName, named } = read;
    const words = [scheme, host, port, serverName, named ? 'named' : undefined];
    expect(words.filter((word) => word !== undefined).join(' ')).toBe(expected);
  });

  const bad = [
    '',
    ':53',
    '300.0.0.1',
    '192.0.2',
    '192.0.2.1:65536',
    '192.0.2.1:0',
    '192.0.2.1:',
    '192.0.2.1:dns',
    '192.0.2.1%eth0',
    '[192.0.2.1]:53',
    '[2001:db8::1',
    '2001:db8::1::1',
    'grpc://192.0.2.1',
    'ftp://192.0.2.1',
    'https://192.0.2.1/dns-query',
    'https://192.0.2.1/',
    'a..b',
    './nosuch',
    'a b',
  ];
  test.for(bad)('refuses "%s"', (text) => {
    expect(readDestination(text)).toBeInstanceOf(Complaint);
  });
});
