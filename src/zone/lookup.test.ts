import { describe, expect, test } from 'vitest';
import { DomainName } from '../dns/name.ts';
import { printRecord } from '../dns/presentation.ts';
import { parseType } from '../dns/types.ts';
import { lookup } from './lookup.ts';
import { makeZone } from './testing/zones.ts';
import type { Zone } from './zone.ts';

// What is expected here, CoreDNS 1.15.0 answers too, unless a title says otherwise.

const zone = makeZone(`$TTL 5
@ SOA ns h 7 1 1 1 1
@ NS ns
@ MX 1 mail
ns A 10.0.0.1
mail A 10.0.0.2
mail AAAA fd00::2
www A 10.0.0.3
MiXed TXT "x"
alias CNAME www
alias2 CNAME alias
out CNAME www.example.
gone CNAME nobody
self CNAME self
toself CNAME self
loop1 CNAME loop2
loop2 CNAME loop1
tocut CNAME x.cut
toapex CNAME @
*.w A 10.0.0.4
*.w MX 1 mail
a.ent.w A 10.0.0.5
*.wc CNAME www
cut NS ns.cut
cut NS ns
cut DS 1 8 2 ${'ab'.repeat(32)}
ns.cut A 10.0.0.6
d DNAME t
d TXT "own"
x.t A 10.0.0.7
do DNAME example.
dd DNAME dd.dd
dc DNAME cut
srv SRV 0 0 1 mail
srv SRV 0 0 2 mail
srv SRV 0 0 3 www
svc HTTPS 1 www
escaped\\.dot.e A 10.0.0.8
`);

const SOA = 'au z.test. 5 IN SOA ns.z.test. h.z.test. 7 1 1 1 1';
const NS = 'au z.test. 5 IN NS ns.z.test.';
const CUT = ['au cut.z.test. 5 IN NS ns.cut.z.test.', 'au cut.z.test. 5 IN NS ns.z.test.'];
const GLUE = 'ad ns.cut.z.test. 5 IN A 10.0.0.6';
const MAIL = ['ad mail.z.test. 5 IN A 10.0.0.2', 'ad mail.z.test. 5 IN AAAA fd00::2'];

/** Kind, marks and records of the answer to `NAME TYPE [DO]`, without the signatures' octets. */
function ask(asked: string, from: Zone = zone): string[] {
  const [name = '', type = '', flag] = asked.split(' ');
  const full = name === '@' ? from.origin : DomainName.parse(`${name}.${from.origin.text}`).toLowerCase();
  const answer = lookup(from, { name: full, type: parseType(type) ?? 0, dnssecOk: flag === 'DO' });
  const marks = [
    answer.authoritative ? '' : ' not authoritative',
    answer.alias === undefined ? '' : ` then ${answer.alias.text}`,
    answer.wildcard === undefined ? '' : ` from ${answer.wildcard.text}`,
  ];
  const sections = { an: answer.answers, au: answer.authorities, ad: answer.additionals };
  return [
    answer.kind + marks.join(''),
    ...Object.entries(sections).flatMap(([section, records]) =>
      records.map((record) => `${section} ${printRecord(record).replace(/( RRSIG \w+) .*/, '$1')}`),
    ),
  ];
}

test.each<[asked: string, expected: readonly string[]]>([
  // The apex.
  ['@ SOA', ['answer', SOA.replace('au', 'an'), NS]],
  ['@ NS', ['answer', NS.replace('au', 'an'), 'ad ns.z.test. 5 IN A 10.0.0.1']],
  ['@ MX', ['answer', 'an z.test. 5 IN MX 1 mail.z.test.', NS, ...MAIL]],
  ['@ A', ['no-data', SOA]],
  ['@ DS', ['no-data', SOA]],
  // Names that are there.
  ['www A', ['answer', 'an www.z.test. 5 IN A 10.0.0.3', NS]],
  ['www AAAA', ['no-data', SOA]],
  ['www ANY', ['no-data', SOA]],
  ['mixed TXT', ['answer', 'an mixed.z.test. 5 IN TXT "x"', NS]],
  [
    'srv SRV',
    [
      'answer',
      ...[1, 2].map((port) => `an srv.z.test. 5 IN SRV 0 0 ${port} mail.z.test.`),
      'an srv.z.test. 5 IN SRV 0 0 3 www.z.test.',
      NS,
      ...MAIL,
      'ad www.z.test. 5 IN A 10.0.0.3',
    ],
  ],
  ['svc HTTPS', ['answer', 'an svc.z.test. 5 IN HTTPS 1 www.z.test.', NS, 'ad www.z.test. 5 IN A 10.0.0.3']],
  // Names that are not.
  ['nope A', ['no-name', SOA]],
  ['a.b.c.d.e.f.nope A', ['no-name', SOA]],
  ['x.www A', ['no-name', SOA]],
  ['t A', ['empty-name', SOA]],
  ['e A', ['empty-name', SOA]],
  ['dot.e A', ['no-name', SOA]],
  ['escaped\\.dot.e A', ['answer', 'an escaped\\.dot.e.z.test. 5 IN A 10.0.0.8', NS]],
  ['x.escaped\\.dot.e A', ['no-name', SOA]],
  // Wildcards.
  ['x.w A', ['answer from *.w.z.test.', 'an x.w.z.test. 5 IN A 10.0.0.4', NS]],
  ['x.y.w A', ['answer from *.w.z.test.', 'an x.y.w.z.test. 5 IN A 10.0.0.4', NS]],
  ['x.w MX', ['answer from *.w.z.test.', 'an x.w.z.test. 5 IN MX 1 mail.z.test.', NS, ...MAIL]],
  ['x.w TXT', ['no-data from *.w.z.test.', SOA]],
  ['*.w A', ['answer', 'an *.w.z.test. 5 IN A 10.0.0.4', NS]],
  ['x.*.w A', ['no-name', SOA]],
  ['w A', ['empty-name', SOA]],
  ['ent.w A', ['answer from *.w.z.test.', 'an ent.w.z.test. 5 IN A 10.0.0.4', NS]],
  ['x.ent.w A', ['no-name', SOA]],
  [
    'x.wc A',
    ['answer from *.wc.z.test.', 'an x.wc.z.test. 5 IN CNAME www.z.test.', 'an www.z.test. 5 IN A 10.0.0.3', NS],
  ],
  ['x.wc CNAME', ['answer from *.wc.z.test.', 'an x.wc.z.test. 5 IN CNAME www.z.test.', NS]],
  // Aliases.
  ['alias A', ['answer', 'an alias.z.test. 5 IN CNAME www.z.test.', 'an www.z.test. 5 IN A 10.0.0.3', NS]],
  ['alias CNAME', ['answer', 'an alias.z.test. 5 IN CNAME www.z.test.', NS]],
  ['alias TXT', ['answer', 'an alias.z.test. 5 IN CNAME www.z.test.', NS]],
  ['alias NS', ['answer then www.z.test.', 'an alias.z.test. 5 IN CNAME www.z.test.', NS]],
  [
    'alias2 A',
    [
      'answer',
      'an alias2.z.test. 5 IN CNAME alias.z.test.',
      'an alias.z.test. 5 IN CNAME www.z.test.',
      'an www.z.test. 5 IN A 10.0.0.3',
      NS,
    ],
  ],
  ['out A', ['answer then www.example.', 'an out.z.test. 5 IN CNAME www.example.', NS]],
  ['gone A', ['answer then nobody.z.test.', 'an gone.z.test. 5 IN CNAME nobody.z.test.', NS]],
  ['self A', ['loop']],
  ['self CNAME', ['answer', 'an self.z.test. 5 IN CNAME self.z.test.', NS]],
  ['toself A', ['loop']],
  ['toapex MX', ['answer', 'an toapex.z.test. 5 IN CNAME z.test.', 'an z.test. 5 IN MX 1 mail.z.test.', NS, ...MAIL]],
  ['toapex SOA', ['answer then z.test.', 'an toapex.z.test. 5 IN CNAME z.test.', NS]],
  ['tocut A', ['referral', 'an tocut.z.test. 5 IN CNAME x.cut.z.test.', ...CUT, GLUE]],
  // Cuts.
  ['cut A', ['referral not authoritative', ...CUT, GLUE]],
  ['cut NS', ['referral not authoritative', ...CUT, GLUE]],
  ['x.y.cut A', ['referral not authoritative', ...CUT, GLUE]],
  ['ns.cut A', ['referral not authoritative', ...CUT, GLUE]],
  ['cut DS', ['answer', `an cut.z.test. 5 IN DS 1 8 2 ${'ab'.repeat(32)}`, NS]],
  ['x.cut DS', ['referral not authoritative', ...CUT, GLUE]],
  ['cut A DO', ['referral not authoritative', ...CUT, `au cut.z.test. 5 IN DS 1 8 2 ${'ab'.repeat(32)}`, GLUE]],
  // DNAME.
  [
    'x.d A',
    [
      'answer',
      'an d.z.test. 5 IN DNAME t.z.test.',
      'an x.d.z.test. 5 IN CNAME x.t.z.test.',
      'an x.t.z.test. 5 IN A 10.0.0.7',
      NS,
    ],
  ],
  [
    'y.d A',
    ['answer then y.t.z.test.', 'an d.z.test. 5 IN DNAME t.z.test.', 'an y.d.z.test. 5 IN CNAME y.t.z.test.', NS],
  ],
  ['x.d CNAME', ['answer', 'an d.z.test. 5 IN DNAME t.z.test.', 'an x.d.z.test. 5 IN CNAME x.t.z.test.', NS]],
  ['d TXT', ['answer', 'an d.z.test. 5 IN TXT "own"', NS]],
  ['d A', ['no-data', SOA]],
  [
    'a.b.do A',
    ['answer then a.b.example.', 'an do.z.test. 5 IN DNAME example.', 'an a.b.do.z.test. 5 IN CNAME a.b.example.', NS],
  ],
  [
    'x.dc A',
    ['referral', 'an dc.z.test. 5 IN DNAME cut.z.test.', 'an x.dc.z.test. 5 IN CNAME x.cut.z.test.', ...CUT, GLUE],
  ],
])('%s', (asked, expected) => {
  expect(ask(asked)).toEqual(expected);
});

test('an alias that never ends is followed ten times', () => {
  const [kind, ...records] = ask('loop1 A');
  expect(kind).toBe('answer');
  expect(records.filter((record) => record.includes('CNAME')).length).toBe(10);
});

test('a DNAME that makes a name too long says so', () => {
  const label = 'x'.repeat(63);
  const long = `${label}.${label}.${label}.${'x'.repeat(49)}.dd`;
  expect(ask(`${long} A`)).toEqual(['overlong-name', 'an dd.z.test. 5 IN DNAME dd.dd.z.test.']);
});

test('a zone without NS records answers without', () => {
  const lone = makeZone('@ 5 SOA ns h 7 1 1 1 1\nwww 5 A 10.0.0.1');
  expect(ask('@ NS', lone)).toEqual(['answer']);
  expect(ask('www A', lone)).toEqual(['answer', 'an www.z.test. 5 IN A 10.0.0.1']);
  expect(ask('@ A', lone)).toEqual(['empty-name', SOA]);
});

test('an apex that has nothing but SOA and NS records is a name only as long as there are others', () => {
  const bare = makeZone('@ 5 SOA ns h 7 1 1 1 1\n@ 5 NS ns');
  expect(ask('@ A', bare)).toEqual(['no-name', SOA]);
  expect(ask('x A', bare)).toEqual(['no-name', SOA]);
});

test('the root', () => {
  const root = makeZone('. 5 SOA a. b. 7 1 1 1 1\n. 5 NS a.\ncom. 5 NS ns.com.\nns.com. 5 A 10.0.0.1\n*. 5 TXT x', '.');
  const soa = 'au . 5 IN SOA a. b. 7 1 1 1 1';
  expect(ask('@ A', root)).toEqual(['empty-name', soa]);
  expect(lookup(root, { name: DomainName.parse('x.com'), type: 1, dnssecOk: false }).kind).toBe('referral');
  const answer = lookup(root, { name: DomainName.parse('a.b.org'), type: 16, dnssecOk: false });
  expect(answer.answers.map(printRecord)).toEqual(['a.b.org. 5 IN TXT "x"']);
});

describe('signed', () => {
  const rrsig = (type: string, labels: number): string =>
    `RRSIG ${type} 13 ${labels} 5 20300101000000 20200101000000 1 z.test. AAAA`;
  const signed = makeZone(`$TTL 5
@ SOA ns h 7 1 1 1 1
@ ${rrsig('SOA', 2)}
@ NS ns
@ ${rrsig('NS', 2)}
@ NSEC a NS SOA RRSIG NSEC
@ ${rrsig('NSEC', 2)}
a A 10.0.0.1
a ${rrsig('A', 3)}
a NSEC *.w A RRSIG NSEC
a ${rrsig('NSEC', 3)}
*.w CNAME a
*.w ${rrsig('CNAME', 3)}
*.w NSEC x.y CNAME RRSIG NSEC
*.w ${rrsig('NSEC', 3)}
x.y MX 1 a
x.y ${rrsig('MX', 4)}
x.y NSEC @ MX RRSIG NSEC
x.y ${rrsig('NSEC', 4)}
`);
  const soa = [SOA, 'au z.test. 5 IN RRSIG SOA'];
  const ns = [NS, 'au z.test. 5 IN RRSIG NS'];
  const nsec = {
    apex: ['au z.test. 5 IN NSEC a.z.test. NS SOA RRSIG NSEC', 'au z.test. 5 IN RRSIG NSEC'],
    a: ['au a.z.test. 5 IN NSEC *.w.z.test. A RRSIG NSEC', 'au a.z.test. 5 IN RRSIG NSEC'],
    wildcard: ['au *.w.z.test. 5 IN NSEC x.y.z.test. CNAME RRSIG NSEC', 'au *.w.z.test. 5 IN RRSIG NSEC'],
    last: ['au x.y.z.test. 5 IN NSEC z.test. MX RRSIG NSEC', 'au x.y.z.test. 5 IN RRSIG NSEC'],
  };
  const a = ['a.z.test. 5 IN A 10.0.0.1', 'a.z.test. 5 IN RRSIG A'];

  test.each<[asked: string, expected: readonly string[]]>([
    ['a A', ['answer', `an ${a[0]}`, NS]],
    ['a A DO', ['answer', ...a.map((record) => `an ${record}`), ...ns]],
    ['a TXT', ['no-data', SOA]],
    ['a TXT DO', ['no-data', ...soa, ...nsec.a]],
    ['nope A', ['no-name', SOA]],
    ['nope A DO', ['no-name', ...soa, ...nsec.a, ...nsec.apex]],
    ['0 A DO', ['no-name', ...soa, ...nsec.apex]],
    ['zz A DO', ['no-name', ...soa, ...nsec.last, ...nsec.apex]],
    // Other than CoreDNS: that the name is empty is proved, and the wildcard of an empty closest encloser denied.
    ['y A DO', ['empty-name', ...soa, ...nsec.wildcard]],
    ['z.y A DO', ['no-name', ...soa, ...nsec.last, ...nsec.wildcard]],
    [
      'x.y MX DO',
      [
        'answer',
        'an x.y.z.test. 5 IN MX 1 a.z.test.',
        'an x.y.z.test. 5 IN RRSIG MX',
        ...ns,
        ...a.map((record) => `ad ${record}`),
      ],
    ],
    ['@ SOA DO', ['answer', ...soa.map((record) => record.replace('au', 'an')), ...ns]],
    // Other than CoreDNS, which leaves the signature of a wildcard alias at the wildcard: it belongs to the name (RFC 4035 §3.1.3.3).
    [
      'q.w A DO',
      [
        'answer from *.w.z.test.',
        'an q.w.z.test. 5 IN CNAME a.z.test.',
        'an q.w.z.test. 5 IN RRSIG CNAME',
        ...a.map((record) => `an ${record}`),
        ...ns,
      ],
    ],
    [
      'q.w CNAME DO',
      [
        'answer from *.w.z.test.',
        'an q.w.z.test. 5 IN CNAME a.z.test.',
        'an q.w.z.test. 5 IN RRSIG CNAME',
        ...ns,
        ...nsec.wildcard,
      ],
    ],
  ])('%s', (asked, expected) => {
    expect(ask(asked, signed)).toEqual(expected);
  });
});
