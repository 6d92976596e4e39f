import { expect, test } from 'vitest';
import { DomainName } from '../dns/name.ts';
import { printRecord } from '../dns/presentation.ts';
import { labelStart, parentKey, wildcardKey } from './name-key.ts';
import { readZone } from './read-zone.ts';
import { ServedZone } from './served-zone.ts';
import { ServedZones } from './served-zones.ts';
import { makeZone, zoneFile } from './testing/zones.ts';
import { describe as describeWarning, ZoneFileError } from './zone-file-error.ts';

const zone = makeZone(`$TTL 5
b A 10.0.0.2
@ SOA Ns H 7 1 1 1 1
@ NS Ns
@ MX 1 Mail
B A 10.0.0.1
a.b TXT x
*.b TXT y
A PTR Keeps.Case
https HTTPS 1 Lower
`);

test('a transfer begins and ends with SOA, and has everything else in canonical order', () => {
  expect(Array.from(zone.transfer(undefined), printRecord)).toEqual([
    'z.test. 5 IN SOA ns.z.test. h.z.test. 7 1 1 1 1',
    'z.test. 5 IN NS ns.z.test.',
    'z.test. 5 IN MX 1 mail.z.test.',
    'a.z.test. 5 IN PTR Keeps.Case.z.test.',
    'b.z.test. 5 IN A 10.0.0.2',
    'b.z.test. 5 IN A 10.0.0.1',
    '*.b.z.test. 5 IN TXT "y"',
    'a.b.z.test. 5 IN TXT "x"',
    'https.z.test. 5 IN HTTPS 1 lower.z.test.',
    'z.test. 5 IN SOA ns.z.test. h.z.test. 7 1 1 1 1',
  ]);
});

test('who has the current version gets the SOA alone', () => {
  expect(Array.from(zone.transfer(7), printRecord)).toEqual(['z.test. 5 IN SOA ns.z.test. h.z.test. 7 1 1 1 1']);
  expect(Array.from(zone.transfer(8)).length).toBe(10);
});

test('of two SOA records the last counts', () => {
  expect(makeZone('@ 5 SOA ns h 7 1 1 1 1\n@ 6 SOA ns h 8 1 1 1 1').serial).toBe(8);
});

test('a serial may be 0', () => {
  expect(makeZone('@ 5 SOA ns h 0 1 1 1 1').serial).toBe(0);
});

test.each<[text: string, warnings: readonly string[]]>([
  ['www.example. 5 A 10.0.0.1', ['1: a record at www.example., outside of the zone z.test.: left out']],
  ['a 5 CH TXT x', ['1: a record of class CH at a.z.test.: left out']],
  ['a 5 A 10.0.0.1', []],
  [
    Array.from({ length: 20 }, (_, n) => `a${n}.example. 5 A 10.0.0.1`).join('\n'),
    Array.from({ length: 10 }, (_, n) => `${n + 1}: a record at a${n}.example., outside of the zone z.test.: left out`),
  ],
])('what has no place in the zone is left out: %j', (text, warnings) => {
  const steps = readZone(zoneFile(`${text}\n@ 5 SOA ns h 7 1 1 1 1`));
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  const said = step.value.warnings.map((warning) => describeWarning(warning).replace(/^\/zones\/db:(\d+):1/, '$1'));
  expect(said).toEqual(warnings);
});

test.each([
  ['; nothing', '/zones/db:1:1: file "/zones/db" has no SOA record for origin z.test.'],
  ['a 5 NS b', '/zones/db:1:1: file "/zones/db" has no SOA record for origin z.test.'],
  [
    '\na 5 SOA ns h 7 1 1 1 1',
    '/zones/db:2:1: file "/zones/db" has SOA owner a.z.test. that does not match origin z.test.',
  ],
])('%j is no zone', (text, expected) => {
  let said = '';
  try {
    makeZone(text);
  } catch (error) {
    if (error instanceof ZoneFileError) said = error.described;
  }
  expect(said).toBe(expected);
});

test.each([
  ['a.b.', 'b.', 0],
  ['b.', '.', 0],
  ['.', '.', 0],
  ['a\\.b.c.', 'c.', 0],
  ['a\\\\.b.', 'b.', 0],
  ['a\\\\\\.b.c.', 'c.', 0],
])('above %j is %j', (key, above, start) => {
  expect(parentKey(key)).toBe(above);
  expect(key === '.' ? start : labelStart(key, key.length - (above === '.' ? 1 : above.length + 1))).toBe(start);
});

test('the wildcards below names', () => {
  expect(wildcardKey('a.')).toBe('*.a.');
  expect(wildcardKey('.')).toBe('*.');
});

test('the zone of a name is the longest one', () => {
  const zones = new ServedZones();
  const [short, long, root] = ['test', 'z.test', '.'].map((name) => new ServedZone(DomainName.parse(name)));
  if (short === undefined || long === undefined || root === undefined) throw new Error('unreachable');
  zones.add(short);
  zones.add(long);
  const found = (name: string): ServedZone | undefined => zones.find(DomainName.parse(name));
  expect(found('a.b.Z.test')).toBe(long);
  expect(found('z.test')).toBe(long);
  expect(found('y.test')).toBe(short);
  expect(found('example')).toBeUndefined();
  zones.add(root);
  expect(found('example')).toBe(root);
  expect(found('.')).toBe(root);
  zones.delete(long.origin);
  expect(found('a.b.z.test')).toBe(short);
});

test('changes are told, and the version that is there', () => {
  const served = new ServedZone(DomainName.parse('Z.test'));
  const told: string[] = [];
  served.onChange((version) => told.push(`a ${version?.serial ?? 'none'}`));
  expect(told).toEqual([]);
  served.replace(zone);
  expect(served.current).toBe(zone);
  served.onChange((version) => told.push(`b ${version?.serial ?? 'none'}`));
  served.replace(makeZone('@ 5 SOA ns h 8 1 1 1 1'));
  served.replace(undefined);
  expect(served.current).toBeUndefined();
  expect(told).toEqual(['a 7', 'b 7', 'a 8', 'b 8', 'a none', 'b none']);
});
