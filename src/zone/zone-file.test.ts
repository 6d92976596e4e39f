import { describe, expect, test } from 'vitest';
import { printRecord } from '../dns/presentation.ts';
import { zoneFile } from './testing/zones.ts';
import { parseZoneFile } from './zone-file.ts';
import { ZoneFileError } from './zone-file-error.ts';

function records(text: string, files: Readonly<Record<string, string>> = {}): string[] {
  return Array.from(parseZoneFile(zoneFile(text, 'z.test', files)), ({ record }) => printRecord(record));
}

/** `LINE:COLUMN: message`, with the file if it is not the first one. */
function problem(text: string, files: Readonly<Record<string, string>> = {}): string {
  try {
    return `none: ${records(text, files).join('; ')}`;
  } catch (error) {
    if (!(error instanceof ZoneFileError)) throw error;
    return error.described.replace('/zones/db:', '');
  }
}

describe('owners', () => {
  test.each<[what: string, text: string, expected: readonly string[]]>([
    ['relative', 'a 1 A 10.0.0.1', ['a.z.test. 1 IN A 10.0.0.1']],
    ['absolute', 'a.example. 1 A 10.0.0.1', ['a.example. 1 IN A 10.0.0.1']],
    ['the origin', '@ 1 A 10.0.0.1', ['z.test. 1 IN A 10.0.0.1']],
    [
      'left out',
      'a 1 A 10.0.0.1\n 1 A 10.0.0.2\n\t1 A 10.0.0.3',
      ['1', '2', '3'].map((n) => `a.z.test. 1 IN A 10.0.0.${n}`),
    ],
    ['with an escaped dot', 'a\\.b 1 A 10.0.0.1', ['a\\.b.z.test. 1 IN A 10.0.0.1']],
    [
      'below $ORIGIN',
      '$ORIGIN s\na 1 A 10.0.0.1\n@ 1 A 10.0.0.2',
      ['a.s.z.test. 1 IN A 10.0.0.1', 's.z.test. 1 IN A 10.0.0.2'],
    ],
    ['below an absolute $ORIGIN', '$origin s.example.\na 1 A 10.0.0.1', ['a.s.example. 1 IN A 10.0.0.1']],
    [
      'in Windows lines',
      'a 1 A 10.0.0.1\r\nb 1 A 10.0.0.2\r\n',
      ['a.z.test. 1 IN A 10.0.0.1', 'b.z.test. 1 IN A 10.0.0.2'],
    ],
    ['over several lines', 'a 1 TXT ( x ; one\n y\n)', ['a.z.test. 1 IN TXT "x" "y"']],
    ['none', '; nothing\n\n', []],
  ])('%s', (_what, text, expected) => {
    expect(records(text)).toEqual(expected);
  });
});

describe('TTLs', () => {
  test.each<[what: string, text: string, expected: readonly number[]]>([
    ['in units', 'a 1w2d3h4m5s A 10.0.0.1', [788_645]],
    ['after the class', 'a IN 5 A 10.0.0.1', [5]],
    ['of $TTL', '$TTL 1h\na A 10.0.0.1\na 5 A 10.0.0.2\na A 10.0.0.3', [3600, 5, 3600]],
    ['of the record before', 'a 5 A 10.0.0.1\na A 10.0.0.2\na 7 A 10.0.0.3\na A 10.0.0.4', [5, 5, 7, 7]],
    ['of nothing, with a class', '@ IN SOA a b 1 2 3 4 5\n@ IN NS a', [0, 0]],
    ['of a second $TTL', '$TTL 1\na A 10.0.0.1\n$TTL 2\na A 10.0.0.2', [1, 2]],
  ])('%s', (_what, text, expected) => {
    expect(records(text).map((record) => Number(record.split(' ')[1]))).toEqual(expected);
  });
});

describe('$INCLUDE', () => {
  test.each<[what: string, text: string, files: Readonly<Record<string, string>>, expected: readonly string[]]>([
    ['relative to the file', '$INCLUDE sub/x\n', { '/zones/sub/x': 'a 1 A 10.0.0.1' }, ['a.z.test. 1 IN A 10.0.0.1']],
    [
      'relative to the including file',
      '$INCLUDE sub/x\n',
      { '/zones/sub/x': '$INCLUDE y', '/zones/sub/y': 'a 1 A 10.0.0.1' },
      ['a.z.test. 1 IN A 10.0.0.1'],
    ],
    ['absolute', '$INCLUDE /etc/x\n', { '/etc/x': 'a 1 A 10.0.0.1' }, ['a.z.test. 1 IN A 10.0.0.1']],
    ['with an origin', '$INCLUDE x s\n', { '/zones/x': 'a 1 A 10.0.0.1' }, ['a.s.z.test. 1 IN A 10.0.0.1']],
    [
      'leaves origin, TTL and owner as they were',
      '$TTL 5\nb A 10.0.0.1\n$INCLUDE x\n A 10.0.0.2\nc A 10.0.0.3',
      { '/zones/x': '$TTL 9\n$ORIGIN s\na A 10.0.0.9' },
      [
        'b.z.test. 5 IN A 10.0.0.1',
        'a.s.z.test. 9 IN A 10.0.0.9',
        'b.z.test. 5 IN A 10.0.0.2',
        'c.z.test. 5 IN A 10.0.0.3',
      ],
    ],
    [
      'begins with the TTL of the including file',
      '$TTL 5\n$INCLUDE x\n',
      { '/zones/x': 'a A 10.0.0.9' },
      ['a.z.test. 5 IN A 10.0.0.9'],
    ],
    ['of a quoted path', '$INCLUDE "a b"\n', { '/zones/a b': 'a 1 A 10.0.0.1' }, ['a.z.test. 1 IN A 10.0.0.1']],
  ])('%s', (_what, text, files, expected) => {
    expect(records(text, files)).toEqual(expected);
  });
});

describe('$GENERATE', () => {
  // As CoreDNS 1.15.0 makes them.
  test.each<[line: string, expected: readonly string[]]>([
    [
      '1-3 h$ A 10.0.0.$',
      ['h1.z.test. 3600 IN A 10.0.0.1', 'h2.z.test. 3600 IN A 10.0.0.2', 'h3.z.test. 3600 IN A 10.0.0.3'],
    ],
    ['1-5/2 h$ 60 IN A 10.0.0.$', [1, 3, 5].map((n) => `h${n}.z.test. 60 IN A 10.0.0.${n}`)],
    ['1-1 h${-1,3,x} 60 A 10.0.0.$', ['h000.z.test. 60 IN A 10.0.0.1']],
    ['0-1 g$$a${0,2} 60 TXT "a$ \\$ $$ b"', [0, 1].map((n) => `g\\$a0${n}.z.test. 60 IN TXT "a${n} $ $ b"`)],
    ['30-30 h${0,4,o}.${1,0,x}.${0,3,X}.${+12} 60 A 10.0.0.1', ['h0036.1f.01E.42.z.test. 60 IN A 10.0.0.1']],
    ['7-7 @ 60 CNAME a.$.example.', ['z.test. 60 IN CNAME a.7.example.']],
    ['7-7 a\\\\$ 60 TXT x', ['a\\\\7.z.test. 60 IN TXT "x"']],
  ])('%s', (line, expected) => {
    expect(records(`$TTL 5\n$GENERATE ${line}\n`)).toEqual(expected);
  });
});

describe('problems', () => {
  test.each<[text: string, expected: string]>([
    ['a 1 A 10.0.0', '1:7: address is no IPv4 address: 10.0.0'],
    ['a 1 A 10.0.0.1\nb 5x A 10.0.0.1', '2:3: no TTL such as 3600 or 1h: 5x'],
    ['a 1 XYZ 10.0.0.1', '1:5: no record type: XYZ'],
    ['a..b 1 A 10.0.0.1', '1:1: owner is no name: a label is empty'],
    ['a A 10.0.0.1', '1:3: the record has no TTL, and neither $TTL nor a record gives one before'],
    [' 1 A 10.0.0.1', '1:2: the first record has no owner'],
    ['a 1 TXT "x', '1:9: a quoted string is not closed'],
    ['a 1 TXT ( x', '1:9: a parenthesis is not closed'],
    ['a 1 A 10.0.0.1 x', '1:16: more than the record needs: x'],
    ['a 1 A', '1:6: address is missing'],
    ['a 1 NSEC3 1 0 0 - A', '1:3: NSEC3 is not supported, sign the zone with NSEC: NSEC3'],
    ['@ 1 NSEC3PARAM 1 0 0 -', '1:3: NSEC3 is not supported, sign the zone with NSEC: NSEC3PARAM'],
    ['$TTL x', '1:6: TTL is no time such as 3600 or 1h: x'],
    ['$TTL', '1:5: TTL is missing'],
    ['$TTL 5 6', '1:8: more than the record needs: 6'],
    ['$ORIGIN a..b', '1:9: origin is no name: a label is empty'],
    ['$ORIGINAL a', '1:1: no directive: $ORIGINAL; there are $ORIGIN, $TTL, $INCLUDE and $GENERATE'],
    ['\n$INCLUDE gone', '2:1: "/zones/gone" cannot be read: no such file'],
    ['$INCLUDE', '1:9: file is missing'],
    ['$INCLUDE broken', '/zones/broken:2:5: no record type: BOGUS'],
    ['$INCLUDE circle', '/zones/circle:1:1: files are included 7 deep already: is there a circle?'],
    ['$GENERATE', '1:10: the range of $GENERATE is missing'],
    ['$GENERATE 1 a A 10.0.0.1', '1:11: no range such as 1-10 or 1-10/2: 1'],
    ['$GENERATE 5-1 a A 10.0.0.1', '1:11: a range goes up, in steps of at least 1: 5-1'],
    ['$GENERATE 1-5/0 a A 10.0.0.1', '1:11: a range goes up, in steps of at least 1: 1-5/0'],
    ['$GENERATE 0-65536 a A 10.0.0.1', '1:11: a range has at most 65536 values: 0-65536'],
    ['$GENERATE 1-2 a${-5} A 10.0.0.1', '1:15: the offset leads to -4'],
    ['$GENERATE 1-2 a${0,2,y} A 10.0.0.1', '1:15: no OFFSET,WIDTH,BASE such as 0,3,d: 0,2,y'],
    ['$GENERATE 1-2 a${0 A 10.0.0.1', '1:15: a brace after $ is not closed'],
    ['$GENERATE 254-256 a$ A 10.0.0.$', '1:24: address is no IPv4 address: 10.0.0.256'],
  ])('%j', (text, expected) => {
    const files = { '/zones/broken': 'a 1 A 10.0.0.1\na 1 BOGUS', '/zones/circle': '$INCLUDE circle' };
    expect(problem(text, files)).toBe(expected);
  });
});
