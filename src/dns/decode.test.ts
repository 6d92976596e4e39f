import { describe, expect, it } from 'vitest';
import { decodeMessage, FLAG, opcodeOf, readHeader } from './decode.ts';
import { printRecord } from './presentation.ts';
import { WireError } from './reader.ts';

const bytes = (hex: string): Uint8Array => Buffer.from(hex.replaceAll(' ', ''), 'hex');

const headerWith = (flags: number): Uint8Array =>
  bytes(`0000 ${flags.toString(16).padStart(4, '0')} 0000 0000 0000 0000`);

const QUESTION = '01610162 00 0001 0001';
const RECORD = 'c00c 0001 0001 0000003c 0004 c0000201';
const OPT = '00 0029 04d0 00 00 8000 0000';

function error(hex: string): WireError {
  try {
    decodeMessage(bytes(hex));
  } catch (caught) {
    if (caught instanceof WireError) return caught;
    throw caught;
  }
  throw new Error('it was decoded');
}

it('reads a reply', () => {
  const message = decodeMessage(bytes(`1234 8583 0001 0001 0000 0001 ${QUESTION} ${RECORD} ${OPT}`));
  expect(message).toMatchObject({
    id: 0x1234,
    response: true,
    opcode: 0,
    authoritative: true,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: true,
    zero: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: 3,
    authorities: [],
    additionals: [],
    edns: { payloadSize: 1232, version: 0, flags: 0x8000, dnssecOk: true, options: [] },
  });
  expect(message.questions.map((question) => [question.name.text, question.type, question.class])).toEqual([
    ['a.b.', 1, 1],
  ]);
  expect(message.answers.map(printRecord)).toEqual(['a.b. 60 IN A 192.0.2.1']);
});

it.each([
  ['response', 0x8000],
  ['authoritative', 0x0400],
  ['truncated', 0x0200],
  ['recursionDesired', 0x0100],
  ['recursionAvailable', 0x0080],
  ['zero', 0x0040],
  ['authenticData', 0x0020],
  ['checkingDisabled', 0x0010],
])('flag %s', (flag, bit) => {
  expect(decodeMessage(headerWith(bit))).toMatchObject({ [flag]: true, opcode: 0, rcode: 0 });
  expect(decodeMessage(headerWith(0xffff & ~bit))).toMatchObject({ [flag]: false, opcode: 15, rcode: 15 });
});

it('joins the rcode from header and OPT', () => {
  const message = decodeMessage(bytes('0000 8007 0000 0000 0000 0001 00 0029 0200 01 02 00ff 0005 000a 0001 ff'));
  expect(message.rcode).toBe(0x17);
  expect(message.edns).toEqual({
    payloadSize: 512,
    version: 2,
    flags: 0xff,
    dnssecOk: false,
    options: [{ code: 10, data: Uint8Array.of(0xff) }],
  });
});

describe('accepts', () => {
  it('octets after the message', () => {
    expect(decodeMessage(bytes(`0000 0000 0001 0000 0000 0000 ${QUESTION} ffff`)).questions).toHaveLength(1);
  });

  it.each([
    ['no record', '', 0],
    ['one', RECORD, 1],
  ])('an end after %s where counts promise more', (_, records, count) => {
    const message = decodeMessage(bytes(`0000 0000 0001 0002 0003 0004 ${QUESTION} ${records}`));
    expect(message.answers).toHaveLength(count);
    expect([message.authorities, message.additionals, message.edns]).toEqual([[], [], undefined]);
  });

  it('records without data in updates', () => {
    const { authorities } = decodeMessage(bytes('0000 2800 0000 0000 0001 0000 0161 00 0001 00ff 00000000 0000'));
    expect(authorities.map(printRecord)).toEqual(['a. 0 ANY A \\# 0']);
  });
});

describe('refuses', () => {
  it.each([
    ['nothing', '', 'CUT', 0],
    ['half a header', '0000 0000 0001', 'CUT', 0],
    ['no question', '0000 0000 0001 0000 0000 0000', 'QUESTION_CUT', 0],
    ['a question cut before its type', '0000 0000 0001 0000 0000 0000 0161 00', 'QUESTION_CUT', 0],
    ['a question cut in its class', '0000 0000 0001 0000 0000 0000 0161 00 0001 00', 'QUESTION_CUT', 0],
    ['a question cut in its name', '0000 0000 0001 0000 0000 0000 0361', 'CUT', 0],
    ['no second question', `0000 0000 0002 0000 0000 0000 ${QUESTION}`, 'QUESTION_CUT', 1],
    ['a record cut in its owner', `0000 0000 0001 0001 0000 0000 ${QUESTION} 01`, 'CUT', 1],
    ['a record cut in its data', `0000 0000 0001 0001 0000 0000 ${QUESTION} ${RECORD.slice(0, -2)}`, 'CUT', 1],
    ['an address of 5 octets', '0000 0000 0000 0001 0000 0000 00 0001 0001 00000000 0005 0102030405', 'RDATA', 0],
    ['an address of 3 octets', '0000 0000 0000 0001 0000 0000 00 0001 0001 00000000 0003 010203', 'CUT', 0],
    ['an address of none', '0000 0000 0000 0001 0000 0000 00 0001 0001 00000000 0000', 'CUT', 0],
    ['two OPT records', `0000 0000 0001 0000 0000 0002 ${QUESTION} ${OPT} ${OPT}`, 'OPT_TWICE', 1],
    [
      'an option longer than OPT',
      `0000 0000 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00000000 0005 000a0002ff`,
      'OPT',
      1,
    ],
    ['half an option', `0000 0000 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00000000 0003 000a00`, 'OPT', 1],
    ['a cut OPT', `0000 0000 0001 0000 0000 0001 ${QUESTION} 00 0029 04d0 00000000 0008 000a0000`, 'CUT', 1],
  ])('%s', (_, hex, code, questions) => {
    expect(error(hex)).toMatchObject({ code });
    expect(error(hex).questions).toHaveLength(questions);
  });

  it('says where', () => {
    expect(error('0000 0000 0001 0000 0000 0000 0161 00').message).toBe(
      'the message ends inside a question (at octet 12)',
    );
  });
});

describe('header', () => {
  it('reads it alone', () => {
    const header = readHeader(bytes('1234 2910 0001 0002 0003 0004'));
    expect(header).toEqual({
      id: 0x1234,
      flags: 0x2910,
      questionCount: 1,
      answerCount: 2,
      authorityCount: 3,
      additionalCount: 4,
    });
    expect(opcodeOf(0x2910)).toBe(5);
    expect(0x2910 & FLAG.RD).not.toBe(0);
  });

  it('needs 12 octets', () => expect(readHeader(new Uint8Array(11))).toBeUndefined());
});
