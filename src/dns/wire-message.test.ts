import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMessage } from './decode.ts';
import { encodedLength, encodeMessage } from './encode.ts';
import { createEdns, createMessage, type Message } from './message.ts';
import { DomainName } from './name.ts';
import { parseRecord } from './presentation.ts';
import { surveyMessage } from './survey.ts';
import { anyMessage } from './testing.ts';
import { TYPE } from './types.ts';
import { WireMessage } from './wire-message.ts';

const question = { name: DomainName.parse('www.Example.org'), type: TYPE.A, class: 1 };
const soa = parseRecord('example.org. 30 IN SOA ns.example.org. h.example.org. 1 2 3 4 5');

/** Everything that a survey tells, from the decoded message. */
function expected(message: Message): Record<string, unknown> {
  const sections = [...message.answers, ...message.authorities, ...message.additionals];
  const types = new Set(message.authorities.map(({ type }) => type));
  return {
    plainLength: encodedLength(message),
    leastTtl: Math.min(Infinity, ...sections.map(({ ttl }) => ttl)),
    records: sections.length,
    hasOpt: message.edns !== undefined,
    dnssecOk: message.edns?.dnssecOk === true,
    hasSoa: types.has(TYPE.SOA),
    hasNs: types.has(TYPE.NS),
    rcode: message.rcode,
  };
}

function told(octets: Uint8Array): Record<string, unknown> | undefined {
  const survey = surveyMessage(octets);
  if (survey === undefined) return undefined;
  const { plainLength, leastTtl, ttlOffsets, optOffset, dnssecOk, hasSoa, hasNs, upperRcode } = survey;
  return {
    plainLength,
    leastTtl,
    records: ttlOffsets.length,
    hasOpt: optOffset >= 0,
    dnssecOk,
    hasSoa,
    hasNs,
    rcode: ((octets[3] ?? 0) & 15) | (upperRcode << 4),
  };
}

const plainMessages: readonly { readonly what: string; readonly message: Partial<Message> }[] = [
  { what: 'a question alone', message: {} },
  { what: 'an address', message: { answers: [parseRecord('www.example.org. 300 IN A 192.0.2.1')] } },
  {
    what: 'an alias and its addresses, with EDNS',
    message: {
      answers: [
        parseRecord('www.example.org. 300 IN CNAME a.b.example.org.'),
        parseRecord('a.b.example.org. 60 IN AAAA 2001:db8::1'),
      ],
      authorities: [parseRecord('example.org. 9 IN NS ns.example.org.')],
      additionals: [parseRecord('ns.example.org. 8 IN A 192.0.2.2')],
      edns: createEdns(1232, { dnssecOk: true, options: [{ code: 10, data: Uint8Array.of(1, 2) }] }),
    },
  },
  { what: 'a denial', message: { rcode: 3, authorities: [soa], edns: createEdns(4096) } },
  {
    what: 'services and texts',
    message: {
      answers: [
        parseRecord('_a._tcp.example.org. 5 IN SRV 1 2 3 t.example.org.'),
        parseRecord('x.example.org. 5 IN TXT "a" "bc"'),
        parseRecord('x.example.org. 5 IN MX 5 m.example.org.'),
        parseRecord('x.example.org. 5 IN PTR www.example.org.'),
      ],
    },
  },
];

describe('a survey', () => {
  it.each(plainMessages)('tells of $what', ({ message: parts }) => {
    const message = createMessage({ response: true, questions: [question], ...parts });
    for (const compress of [true, false]) {
      const octets = encodeMessage(message, { compress });
      expect(told(octets)).toEqual(expected(message));
      for (const offset of surveyMessage(octets)?.ttlOffsets ?? []) {
        octets.fill(0, offset, offset + 3);
        octets[offset + 3] = 77;
      }
      const patched = decodeMessage(octets);
      expect([...patched.answers, ...patched.authorities, ...patched.additionals].every(({ ttl }) => ttl === 77)).toBe(
        true,
      );
    }
  });

  const others: readonly (readonly [string, Uint8Array])[] = [
    ['no question', encodeMessage(createMessage({}), { compress: false })],
    [
      'another class',
      encodeMessage(createMessage({ questions: [question], answers: [parseRecord('x. 1 CH A 1.2.3.4')] }), {
        compress: false,
      }),
    ],
    [
      'a type that is not common',
      encodeMessage(createMessage({ questions: [question], answers: [parseRecord('x. 1 IN CAA 0 issue "a"')] }), {
        compress: false,
      }),
    ],
    [
      'octets left over',
      Uint8Array.of(...encodeMessage(createMessage({ questions: [question] }), { compress: false }), 0),
    ],
    ['less than a header', new Uint8Array(11)],
  ];
  it.each(others)('is not made of a message with %s', (_what, octets) => {
    expect(surveyMessage(octets)).toBeUndefined();
  });

  it('agrees with the decoder about whatever octets it takes', () => {
    const some = plainMessages.map(({ message }) => createMessage({ questions: [question], ...message }));
    let plain = 0;
    fc.assert(
      fc.property(
        fc.oneof(anyMessage, fc.constantFrom(...some)),
        fc.boolean(),
        fc.array(fc.tuple(fc.nat(200), fc.nat(255)), { maxLength: 2 }),
        (message, compress, changes) => {
          const octets = Uint8Array.from(encodeMessage(message, { compress }));
          for (const [offset, value] of changes) if (offset < octets.length) octets[offset] = value;
          const survey = told(octets);
          if (survey === undefined) return;
          plain++;
          expect(survey).toEqual(expected(decodeMessage(octets)));
        },
      ),
      { numRuns: 3000 },
    );
    expect(plain).toBeGreaterThan(500);
  });

  it('gives up on long chains of pointers', () => {
    const octets = new Uint8Array(12 + 6 + 2 * 40 + 10);
    octets.set([0, 1, 0x80, 0, 0, 1, 0, 1], 0);
    octets.set([0, 0, 1, 0, 1], 12);
    octets.fill(0xc0, 17);
    expect(surveyMessage(octets)).toBeUndefined();
  });
});

describe('a message as it came', () => {
  it('is compared with a question', () => {
    const octets = encodeMessage(createMessage({ questions: [question] }), { compress: false });
    const wire = WireMessage.read(octets);
    expect(wire.asks({ ...question, name: DomainName.parse('WWW.example.ORG') })).toBe(true);
    expect(wire.asks({ ...question, name: DomainName.parse('wwx.example.org') })).toBe(false);
    expect(wire.asks({ ...question, name: DomainName.parse('example.org') })).toBe(false);
    expect(wire.asks({ ...question, type: 28 })).toBe(false);
    expect(wire.asks({ ...question, class: 3 })).toBe(false);
  });

  it('throws for octets that are no message', () => {
    expect(() => WireMessage.read(new Uint8Array(3))).toThrow('the message has no whole header');
  });

  it('is decoded where it is not plain', () => {
    const answers = [parseRecord('www.example.org. 1 IN CAA 0 issue "a"')];
    const wire = WireMessage.read(
      encodeMessage(createMessage({ questions: [question], answers, rcode: 3 }), { compress: true }),
    );
    expect([wire.survey, wire.rcode, wire.answerCount, wire.asks(question)]).toEqual([undefined, 3, 1, true]);
    expect(wire.message.answers).toHaveLength(1);
  });
});
