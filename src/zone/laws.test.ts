import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DomainName } from '../dns/name.ts';
import { printRecord } from '../dns/presentation.ts';
import { TYPE } from '../dns/types.ts';
import { lookup } from './lookup.ts';
import { makeZone, zoneFile } from './testing/zones.ts';
import { parseZoneFile } from './zone-file.ts';
import { ZoneFileError } from './zone-file-error.ts';

/** Pieces that zone files are made of, and that break them; a space stands for itself. */
const PIECES = [
  '@ a b.c *.d x. ( ) ; " \\ \\0 \\255 $ 1 1h 5x IN CH A TXT SOA MX SVCB TYPE1 TYPE65280 10.0.0.1 fd00::1 alpn=h2',
  '$TTL $ORIGIN $INCLUDE $GENERATE 1-3 ${1,2,x} $$ \u{e9} \u{1f600} \0',
]
  .flatMap((line) => line.split(' '))
  .concat(['\n', '\n ', '\r\n', '\t', '\\# 4 0a000001']);
const piece = fc.constantFrom(...PIECES);

describe('zone files', () => {
  test('are records or a ZoneFileError with a place in the file', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.constant(' ')), { maxLength: 40 }), (pieces) => {
        const text = pieces.join('');
        try {
          Array.from(parseZoneFile(zoneFile(text)));
        } catch (error) {
          if (!(error instanceof ZoneFileError)) throw error;
          const line = text.split('\n')[error.place.line - 1];
          expect(line).toBeDefined();
          expect(error.place.column).toBeGreaterThan(0);
          expect(error.place.column).toBeLessThanOrEqual((line ?? '').length + 1);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

const label = fc.constantFrom('a', 'b', 'c', '*');
const name = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
const record = fc.oneof(
  fc.tuple(name, fc.constantFrom('A 10.0.0.1', 'TXT x', 'AAAA fd00::1')),
  fc.tuple(
    name,
    fc.tuple(fc.constantFrom('CNAME', 'NS', 'DNAME', 'MX 1', 'SRV 0 0 1'), name).map((parts) => parts.join(' ')),
  ),
);

describe('a lookup', () => {
  const types = [TYPE.A, TYPE.TXT, TYPE.CNAME, TYPE.NS, TYPE.MX, TYPE.DS, TYPE.SOA, TYPE.ANY];

  test('answers any question, from records that are in the zone', () => {
    fc.assert(
      fc.property(
        fc.array(record, { maxLength: 12 }),
        fc.array(name, { minLength: 1, maxLength: 6 }),
        (records, names) => {
          const lines = records.map(([owner, data]) => `${owner} 5 IN ${data}`);
          const zone = makeZone(['@ 5 IN SOA ns h 1 1 1 1 1', '@ 5 IN NS a', ...lines].join('\n'));
          const known = new Set(Array.from(zone.transfer(undefined), (each) => printRecord(each).replace(/^\S+/, '')));
          for (const asked of names) {
            for (const type of types) {
              const answer = lookup(zone, { name: DomainName.parse(`${asked}.z.test`), type, dnssecOk: false });
              const { answers, authorities, additionals } = answer;
              // Only the CNAME record of a DNAME is made up.
              const isMade = answers.some((each) => each.type === TYPE.DNAME);
              for (const each of [...answers, ...authorities, ...additionals]) {
                if (isMade && each.type === TYPE.CNAME) continue;
                expect(known).toContain(printRecord(each).replace(/^\S+/, ''));
              }
              expect(answers.length === 0).toBe(
                answer.kind !== 'answer' && !(answer.kind === 'referral' && answer.authoritative),
              );
            }
          }
        },
      ),
    );
  });

  test('finds every record that nothing covers', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.constantFrom('A', 'TXT', 'MX')), { maxLength: 12 }), (owners) => {
        const data = { A: '10.0.0.1', TXT: 'x', MX: '1 @' };
        const lines = owners.map(([owner, type]) => `${owner} 5 IN ${type} ${data[type]}`);
        const zone = makeZone(['@ 5 IN SOA ns h 1 1 1 1 1', ...lines].join('\n'));
        for (const [owner, type] of owners) {
          const asked = DomainName.parse(`${owner}.z.test`);
          const { kind, answers } = lookup(zone, { name: asked, type: TYPE[type], dnssecOk: false });
          expect(kind).toBe('answer');
          expect(answers.length).toBe(owners.filter(([other, its]) => other === owner && its === type).length);
          expect(answers.every((each) => each.name.equals(asked))).toBe(true);
        }
      }),
    );
  });
});
