import { describe, expect, it } from 'vitest';
import { DomainName } from './name.ts';
import { parseRecord, printRecord } from './presentation.ts';
import { RecordSyntaxError } from './tokens.ts';

describe('records', () => {
  it.each([
    ['a.test. 60 IN A 192.0.2.1', 'a.test. 60 IN A 192.0.2.1'],
    ['a.test 60 A 192.0.2.1', 'a.test. 60 IN A 192.0.2.1'],
    ['a.test. in 1h a 192.0.2.1', 'a.test. 3600 IN A 192.0.2.1'],
    ['a.test. A 192.0.2.1 ; comment', 'a.test. 3600 IN A 192.0.2.1'],
    ['a.test. CH TXT hi "there you"', 'a.test. 3600 CH TXT "hi" "there you"'],
    ['a.test. 1 TYPE1 \\# 4 C0000201', 'a.test. 1 IN A 192.0.2.1'],
    ['a.test. 1 A \\# 4 c000 0201', 'a.test. 1 IN A 192.0.2.1'],
    ['a.test. 1 CLASS4660 TYPE65280 \\# 2 ( ab\n cd )', 'a.test. 1 CLASS4660 TYPE65280 \\# 2 abcd'],
    ['a.test. 1 ANY A \\# 0', 'a.test. 1 ANY A \\# 0'],
    ['. 1 SOA a. b. ( 1 ; serial\n 2h 15m 1w 30 )', '. 1 IN SOA a. b. 1 7200 900 604800 30'],
    ['a. 1 TXT "\\#" 1', 'a. 1 IN TXT "#" "1"'],
    [`a. 1 TXT ${'x'.repeat(300)}`, `a. 1 IN TXT "${'x'.repeat(255)}" "${'x'.repeat(45)}"`],
    ['any. 1 TXT "é"', 'any. 1 IN TXT "\\195\\169"'],
    ['a. 1 DS 1 ECDSAP256SHA256 2 ab cd', 'a. 1 IN DS 1 13 2 abcd'],
    ['a. 1 HTTPS 1 . port=443 alpn=h2,h3', 'a. 1 IN HTTPS 1 . alpn="h2,h3" port="443"'],
  ])('%s', (text, printed) => expect(printRecord(parseRecord(text))).toBe(printed));

  it('takes origin and TTL from the options', () => {
    const origin = DomainName.parse('example.org');
    const print = (text: string): string => printRecord(parseRecord(text, { origin, defaultTtl: 5 }));
    expect(print('www MX 10 mail')).toBe('www.example.org. 5 IN MX 10 mail.example.org.');
    expect(print('@ CNAME @')).toBe('example.org. 5 IN CNAME example.org.');
    expect(print('www.\t0\tNS other.net.')).toBe('www. 0 IN NS other.net.');
  });
});

describe('refuses', () => {
  it.each([
    ['', 'there is no record', 0],
    ['a.\nb.', 'more than one record', 3],
    ['a.', 'type is missing', 2],
    ['a. 60 IN', 'type is missing', 8],
    ['a. 60 IN XYZ 1', 'no record type: XYZ', 9],
    ['a. 60 60 A 192.0.2.1', 'no record type: 60', 6],
    ['a. A', 'address is missing', 4],
    ['a. A 1.2.3', 'address is no IPv4 address: 1.2.3', 5],
    ['a. A 1.2.3.4 5', 'more than the record needs: 5', 13],
    ['a. MX 65536 b.', 'preference is no number from 0 to 65535: 65536', 6],
    ['a. TYPE65280 abc', 'data of TYPE65280 have to be written as \\# length hex', 13],
    ['a. TYPE65280 \\# 3 abcd', 'the data has 2 octets, not 3', 16],
    ['a. TYPE65280 \\# 1 xx', 'data is not hexadecimal: xx', 18],
    ['a. A \\# 3 010203', 'no data of A: the data ends too early (at octet 0)', 5],
    ['a. DNSKEY 256 3 8 AQ=ID', 'public key is not base64: AQ=ID', 18],
    ['a. TXT "x', 'a quoted string is not closed', 7],
    ['a. RRSIG A 5 3 1 20241340000000 0 1 a. AA==', 'expiration is no time like 20240131235959: 20241340000000', 17],
    ['a..b. A 1.2.3.4', 'owner is no name: a label is empty', 0],
  ])('%j', (text, message, position) => {
    expect(() => parseRecord(text)).toThrow(RecordSyntaxError);
    expect(() => parseRecord(text)).toThrow(expect.objectContaining({ message, position }));
  });
});
