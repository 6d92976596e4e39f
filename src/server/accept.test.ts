import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { accept } from './accept.ts';

/** www.example. A IN */
const QUESTION = '03777777076578616d706c65000001 0001';
/** a.example. A 10.0.0.1 */
const RECORD = '0161076578616d706c6500 0001 0001 0000040a 0004 0a000001';
/** The root's OPT record of 1232 octets, EDNS version 0. */
const OPT = '00 0029 04d0 00000000 0000';

function octets(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
}

/** What becomes of the message, in one line: `drop`, `query NAME TYPE`, or the answer's octets in hexadecimal. */
function outcome(hex: string): string {
  const accepted = accept(octets(hex));
  if (accepted.kind === 'answer') return Buffer.from(accepted.octets).toString('hex');
  if (accepted.kind === 'drop') return 'drop';
  const { question, message } = accepted;
  const counts = [message.answers, message.authorities, message.additionals].map((section) => section.length);
  const edns = message.edns === undefined ? '' : ` edns ${message.edns.payloadSize}`;
  return `query ${question.name.text} ${question.type} ${question.class} with ${counts.join('+')}${edns}`;
}

/** Header of ID 1: flags, then the counts. */
function header(flags: string, questions = 1, answers = 0, authorities = 0, additionals = 0): string {
  const counts = [questions, answers, authorities, additionals].map((count) => count.toString(16).padStart(4, '0'));
  return ['0001', flags, ...counts].join('');
}

const plain = 'query www.example. 1 1 with';

describe('accept', () => {
  it.each([
    ['nothing', '', 'drop'],
    ['fewer octets than a header', '0001 0100 0001 0000 0000', 'drop'],
    ['a response', `${header('8100')} ${QUESTION}`, 'drop'],
    ['a response with an unknown opcode', header('f900', 0), 'drop'],

    ['a query', `${header('0100')} ${QUESTION}`, `${plain} 0+0+0`],
    ['a NOTIFY', `${header('2400')} ${QUESTION}`, `${plain} 0+0+0`],
    ['a query with EDNS', `${header('0100', 1, 0, 0, 1)} ${QUESTION} ${OPT}`, `${plain} 0+0+0 edns 1232`],
    ['AA, TC, RA and Z set', `${header('06c0')} ${QUESTION}`, `${plain} 0+0+0`],
    ['an rcode in a query', `${header('010f')} ${QUESTION}`, `${plain} 0+0+0`],
    ['octets after the message', `${header('0100')} ${QUESTION} deadbeef`, `${plain} 0+0+0`],
    ['one answer that is missing', `${header('0100', 1, 1)} ${QUESTION}`, `${plain} 0+0+0`],
    ['an additional that is missing', `${header('0100', 1, 0, 0, 2)} ${QUESTION} ${OPT}`, `${plain} 0+0+0 edns 1232`],
    ['as many records as may be', `${header('0100', 1, 1, 1, 2)} ${QUESTION} ${RECORD.repeat(4)}`, `${plain} 1+1+2`],

    ['opcode IQUERY', `${header('0900')} ${QUESTION}`, header('8904', 0)],
    ['opcode STATUS', `${header('1100')} ${QUESTION}`, header('9104', 0)],
    ['opcode UPDATE', `${header('2900')} ${QUESTION}`, header('a904', 0)],
    ['opcode 15', `${header('7900')} ${QUESTION}`, header('f904', 0)],
    ['an unknown opcode without a question', header('2800', 0), header('a804', 0)],
    ['an unknown opcode, all flags', header('2ff0', 0), header('abb4', 0)],

    ['no question', header('0100', 0), header('8101', 0)],
    ['two questions', `${header('0100', 2)} ${QUESTION} ${QUESTION}`, header('8101', 0)],
    ['two questions in a NOTIFY', `${header('2400', 2)} ${QUESTION} ${QUESTION}`, header('8001', 0)],
    ['two answers', `${header('0100', 1, 2)} ${QUESTION} ${RECORD} ${RECORD}`, header('8101', 0)],
    ['two authorities', `${header('0100', 1, 0, 2)} ${QUESTION} ${RECORD} ${RECORD}`, header('8101', 0)],
    ['three additionals', `${header('0100', 1, 0, 0, 3)} ${QUESTION} ${RECORD.repeat(3)}`, header('8101', 0)],
    ['all flags and no question', header('07f0', 0), header('83b1', 0)],

    // CoreDNS answers these three otherwise: SERVFAIL, REFUSED for a question completed with zeros, the last OPT record.
    ['a question that is promised and not there', header('0100'), header('8101', 0)],
    ['a question cut before its type', `${header('0100')} 0161 00`, header('8101', 0)],
    ['a question cut before its class', `${header('0100')} 0161 00 0001`, header('8101', 0)],
    [
      'two OPT records',
      `${header('0100', 1, 0, 0, 2)} ${QUESTION} ${OPT} ${OPT}`,
      `${header('8101')}${QUESTION.replaceAll(' ', '')}`,
    ],

    ['a name that ends in the middle', `${header('0100')} 0361`, header('8101', 0)],
    ['a name that points to itself', `${header('0100')} c00c 0001 0001`, header('8101', 0)],
    ['a label of 64 octets', `${header('0100')} 40${'61'.repeat(64)} 00 0001 0001`, header('8101', 0)],
    [
      'an OPT record that is shorter than its options',
      `${header('0100', 1, 0, 0, 1)} ${QUESTION} 00 0029 04d0 00000000 0004 00030005`,
      `${header('8101')}${QUESTION.replaceAll(' ', '')}`,
    ],
    [
      'a record cut in the middle',
      `${header('0100', 1, 0, 0, 1)} ${QUESTION} 0161076578`,
      `${header('8101')}${QUESTION.replaceAll(' ', '')}`,
    ],
  ])('%s', (_what, hex, expected) => {
    expect(outcome(hex)).toBe(expected);
  });

  it('never throws, and answers with the same ID, whatever comes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (bytes) => {
        const accepted = accept(bytes);
        if (accepted.kind !== 'answer') return;
        expect([...accepted.octets.subarray(0, 2)]).toEqual([...bytes.subarray(0, 2)]);
      }),
    );
  });

  it('never throws on what follows a good header', () => {
    const counts = fc.tuple(fc.nat(1), fc.nat(1), fc.nat(2));
    fc.assert(
      fc.property(counts, fc.uint8Array({ maxLength: 600 }), ([answers, authorities, additionals], body) => {
        const start = octets(header('0100', 1, answers, authorities, additionals));
        expect(['query', 'answer']).toContain(accept(Buffer.concat([start, body])).kind);
      }),
      { numRuns: 500 },
    );
  });
});
