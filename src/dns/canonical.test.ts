import { describe, expect, it } from 'vitest';
import { canonicalRecord, compareNames, sameRecord } from './canonical.ts';
import { DomainName } from './name.ts';
import { parseRecord } from './presentation.ts';

it('canonicalRecord has names in lower case and the original TTL', () => {
  const octets = canonicalRecord(parseRecord('A.B. 5 MX 10 C.D.'), 3600);
  expect(Buffer.from(octets).toString('hex')).toBe('0161016200000f000100000e100007000a0163016400'.replaceAll(' ', ''));
});

describe('sameRecord', () => {
  it.each([
    ['a. 5 A 192.0.2.1', 'A. 6 A 192.0.2.1', true],
    ['a. 5 A 192.0.2.1', 'a. 5 A 192.0.2.2', false],
    ['a. 5 A 192.0.2.1', 'b. 5 A 192.0.2.1', false],
    ['a. 5 A 192.0.2.1', 'a. 5 CH A 192.0.2.1', false],
    ['a. 5 SRV 0 0 1 B.', 'a. 5 SRV 0 0 1 b.', true],
    // Letter case is data where RFC 4034 §6.2 does not list the type, and in texts.
    ['a. 5 HTTPS 1 B.', 'a. 5 HTTPS 1 b.', false],
    ['a. 5 NSEC B. A', 'a. 5 NSEC b. A', false],
    ['a. 5 TXT x', 'a. 5 TXT X', false],
  ])('%s, %s: %s', (a, b, same) => expect(sameRecord(parseRecord(a), parseRecord(b))).toBe(same));
});

it('compareNames orders as RFC 4034 §6.1 does', () => {
  const ordered = [
    'example',
    'a.example',
    'yljkjljk.a.example',
    'Z.a.example',
    'zABC.a.EXAMPLE',
    'z.example',
    '\\001.z.example',
    '*.z.example',
    '\\200.z.example',
  ].map((text) => DomainName.parse(text));
  expect(ordered.toReversed().toSorted(compareNames)).toEqual(ordered);
  expect(compareNames(DomainName.parse('a.B'), DomainName.parse('A.b'))).toBe(0);
});
