import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { RCODE } from '../../dns/codes.ts';
import { encodeMessage } from '../../dns/encode.ts';
import { createMessage, type Message, type ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { parseRecord } from '../../dns/presentation.ts';
import { parseType } from '../../dns/types.ts';
import { freshness } from './freshness.ts';

/** 2026-01-01, in seconds. */
const NOW = 1_767_225_600;

function records(...texts: readonly string[]): ResourceRecord[] {
  return texts.map((text) => parseRecord(text));
}

const A = 'www.test. 60 IN A 10.0.0.1';
const SOA = 'test. 120 IN SOA ns.test. h.test. 1 2 3 4 5';
const NS = 'test. 30 IN NS ns.test.';
const valid = 'www.test. 60 IN RRSIG A 13 2 60 20260201000000 20251201000000 1 test. AAAA';
const expired = 'www.test. 60 IN RRSIG A 13 2 60 20251201000000 20251101000000 1 test. AAAA';
const early = 'www.test. 60 IN RRSIG A 13 2 60 20260301000000 20260201000000 1 test. AAAA';
const edns = { payloadSize: 1232, version: 0, flags: 0, dnssecOk: false, options: [] };
const dnssec = { ...edns, flags: 0x8000, dnssecOk: true };

it.each<[what: string, parts: Partial<Message>, seconds: number, type?: string]>([
  ['an answer', { answers: records(A) }, 60],
  ['several answers', { answers: records(A, 'www.test. 7 IN A 10.0.0.2') }, 7],
  [
    'all sections',
    { answers: records(A), authorities: records(NS), additionals: records('ns.test. 9 IN A 10.0.0.3') },
    9,
  ],
  ['an answer of today only', { answers: records('www.test. 0 IN A 10.0.0.1') }, 0],
  ['an answer for weeks', { answers: records('www.test. 604800 IN A 10.0.0.1') }, 3600],
  ['no records at all', {}, 5],
  ['nothing but EDNS', { edns }, 5],
  ['EDNS beside an answer', { answers: records(A), edns }, 60],
  ['no such data', { authorities: records(SOA) }, 120],
  ['no such name', { rcode: RCODE.NXDOMAIN, authorities: records(SOA) }, 120],
  ['no such name, without SOA', { rcode: RCODE.NXDOMAIN, authorities: records(NS) }, 5],
  ['a referral', { authorities: records(NS) }, 5],
  ['additional records alone', { additionals: records(A) }, 60],
  ['a failure', { rcode: RCODE.SERVFAIL, answers: records(A) }, 5],
  ['a refusal', { rcode: RCODE.REFUSED }, 5],
  ['a transfer', { answers: records(SOA, A, SOA) }, 5, 'AXFR'],
  ['a signature that holds', { answers: records(A, valid), edns: dnssec }, 60],
  ['a signature that has expired', { answers: records(A, expired), edns: dnssec }, 5],
  ['a signature for later', { answers: records(A, early), edns: dnssec }, 5],
  ['an expired signature that nobody looks at', { answers: records(A, expired), edns }, 60],
])('%s', (_what, parts, seconds, type = 'A') => {
  const question = { name: DomainName.parse('www.test.'), type: parseType(type) ?? 1, class: 1 };
  const message = createMessage({ response: true, questions: [question], ...parts });
  for (const compress of [false, true]) expect(freshness(encodeMessage(message, { compress }), NOW)).toBe(seconds);
});

it('makes something of any octets', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => {
      const seconds = freshness(octets, NOW);
      expect(seconds).toBeGreaterThanOrEqual(0);
      expect(seconds).toBeLessThanOrEqual(3600);
    }),
  );
});
