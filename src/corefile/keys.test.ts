import { describe, expect, it } from 'vitest';
import { expandZone, hasPreferredSyntax, parseKey } from './keys.ts';
import type { Token } from './tree.ts';

const key = (text: string): Token => ({
  text,
  quoted: false,
  place: { file: 'Corefile', line: 1, column: 1, length: text.length },
});
const read = (text: string): ReturnType<typeof parseKey> => parseKey(key(text), { defaultPort: 53 });

describe('parseKey', () => {
  it.each([
    ['.', 'dns', '.', 53],
    ['.:1053', 'dns', '.', 1053],
    ['Example.ORG', 'dns', 'example.org.', 53],
    ['example.org.:0053', 'dns', 'example.org.', 53],
    ['example.org:+54', 'dns', 'example.org.', 54],
    ['dns://a.test', 'dns', 'a.test.', 53],
    ['tls://a.test', 'tls', 'a.test.', 853],
    ['quic://a.test', 'quic', 'a.test.', 853],
    ['grpc://a.test', 'grpc', 'a.test.', 443],
    ['https://a.test', 'https', 'a.test.', 443],
    ['https3://a.test:8443', 'https3', 'a.test.', 8443],
    ['unix:///run/dns', 'unix', '/run/dns.', 0],
    ['10.0.0.0/24:54', 'dns', '0.0.10.in-addr.arpa.', 54],
    ['10.in-addr.arpa', 'dns', '10.in-addr.arpa.', 53],
    ['example.org:dns', 'dns', 'example.org:dns.', 53],
    ['ftp://.:53', 'dns', 'ftp://.', 53],
    ['a\\.', 'dns', 'a\\..', 53],
    ['*.test', 'dns', '*.test.', 53],
    [`${'x'.repeat(63)}.test`, 'dns', `${'x'.repeat(63)}.test.`, 53],
  ])('%s', (text, transport, zone, port) => {
    expect(read(text)).toMatchObject({ transport, zones: [zone], port, token: { text } });
  });

  it('expands networks', () => {
    expect(read('10.0.0.0/7')).toMatchObject({ zones: ['10.in-addr.arpa.', '11.in-addr.arpa.'], warnings: [] });
  });

  it.each([
    ['', 'corefile/key-zone', '"" has no zone'],
    ['tls://', 'corefile/key-zone', '"tls://" has no zone'],
    [':53', 'corefile/key-zone', 'the zone "" is no domain name: it is empty'],
    ['.:', 'corefile/key-port', '".:" has no port behind its last colon'],
    ['.:99999', 'corefile/key-port', '".:99999" has the port 99999'],
    ['.:-1', 'corefile/key-port', '".:-1" has the port -1'],
    ['.:abc', 'corefile/key-zone', 'the zone ".:abc" is no domain name: a label is empty'],
    ['a..test', 'corefile/key-zone', 'the zone "a..test" is no domain name: a label is empty'],
    ['.test', 'corefile/key-zone', 'the zone ".test" is no domain name: a label is empty'],
    [
      'a\\',
      'corefile/key-zone',
      'the zone "a\\" is no domain name: a "\\" needs a character or the three digits of an octet behind it',
    ],
    [
      'a\\999.test',
      'corefile/key-zone',
      'the zone "a\\999.test" is no domain name: a "\\" needs a character or the three digits of an octet behind it',
    ],
    [`${'x'.repeat(64)}.test`, 'corefile/key-zone', 'a label is longer than 63 octets'],
    [`${'x.'.repeat(127)}xx`, 'corefile/key-zone', 'it is longer than 255 octets'],
    ['é'.repeat(32), 'corefile/key-zone', 'a label is longer than 63 octets'],
    ['::1/64', 'corefile/key-network', 'the network "::1/64" starts with zeros'],
    ['0::/8', 'corefile/key-network', 'the network "0::/8" starts with zeros'],
  ])('refuses %j', (text, code, message) => {
    const problem = read(text);
    expect(problem).toMatchObject({ severity: 'error', code, place: { line: 1, column: 1 } });
    expect(problem).toHaveProperty('message', expect.stringContaining(message));
    expect(problem).toHaveProperty('hint');
  });

  it.each([
    ['a_b.test', 'corefile/key-style', 'Domain "a_b.test." does not follow RFC1035 preferred syntax'],
    ['1-a.test', 'corefile/key-style', 'Domain "1-a.test." does not follow RFC1035 preferred syntax'],
    ['10.0.0.0/33', 'corefile/key-style', 'Domain "10.0.0.0/33." does not follow RFC1035 preferred syntax'],
    ['TLS://a.test', 'corefile/key-style', 'Domain "tls://a.test." does not follow RFC1035 preferred syntax'],
    ['[::1]:53', 'corefile/key-address', '"[::1]" is taken as the name of a zone, not as an address to listen on'],
    ['127.0.0.1', 'corefile/key-address', '"127.0.0.1" is taken as the name of a zone, not as an address to listen on'],
  ])('warns of %s', (text, code, message) => {
    expect(read(text)).toMatchObject({ warnings: [{ severity: 'warning', code, message }] });
  });

  it.each(['.', 'example.org', '10.in-addr.arpa', 'ip6.arpa', 'x-1.cluster.local'])('does not warn of %s', (text) => {
    expect(read(text)).toHaveProperty('warnings', []);
  });
});

describe('expandZone', () => {
  it.each([
    ['Example.org:53', ['example.org.']],
    ['tls://example.org', ['example.org.']],
    ['10.0.0.0/8', ['10.in-addr.arpa.']],
    ['.', ['.']],
    ['a..b', undefined],
    ['::1/64', undefined],
  ])('%s', (text, zones) => {
    expect(expandZone(text)).toEqual(zones);
  });
});

describe('hasPreferredSyntax', () => {
  it.each([
    ['.', true],
    ['example.org.', true],
    ['x.in-addr.arpa.', true],
    ['xin-addr.arpa.', true],
    ['1xin-addr.arpa.', false],
    ['a-.test.', false],
  ])('%s', (zone, preferred) => {
    expect(hasPreferredSyntax(zone)).toBe(preferred);
  });
});
