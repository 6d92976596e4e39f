import { describe, expect, test } from 'vitest';
import { OPCODE, RCODE } from '../dns/codes.ts';
import { createEdns } from '../dns/message.ts';
import { A } from '../dns/records/a.ts';
import { makeFailure, makeReply, mapReply, type Reply, replyLength, toMessage } from './reply.ts';
import { isLater, Later } from './later.ts';
import { testQuery } from './testing.ts';

const query = testQuery({ name: 'a.test' });
const record = A.make(query.question.name, 60, { address: Uint8Array.of(10, 0, 0, 1) });

describe('a reply', () => {
  test('without parts is an empty NOERROR', () => {
    expect(makeReply(query)).toEqual({
      rcode: RCODE.NOERROR,
      authoritative: false,
      truncated: false,
      recursionDesired: true,
      recursionAvailable: false,
      authenticData: false,
      checkingDisabled: false,
      question: query.question,
      answers: [],
      authorities: [],
      additionals: [],
      edns: undefined,
      payloadLimit: undefined,
      transfer: false,
      unwritten: false,
      error: undefined,
    });
  });

  test.each([
    [
      { recursionDesired: true, checkingDisabled: true },
      { recursionDesired: true, checkingDisabled: true },
    ],
    [
      { recursionDesired: false, checkingDisabled: false },
      { recursionDesired: false, checkingDisabled: false },
    ],
    [
      { authenticData: true, authoritative: true },
      { authenticData: false, authoritative: false },
    ],
    [
      { opcode: OPCODE.NOTIFY, recursionDesired: true, checkingDisabled: true },
      { recursionDesired: false, checkingDisabled: false },
    ],
  ])('to a message with %j has %j', (message, parts) => {
    expect(makeReply(testQuery({ name: 'a.test', message }))).toMatchObject(parts);
  });

  test('has the parts that it is made of', () => {
    const parts = { rcode: RCODE.NXDOMAIN, authoritative: true, answers: [record], edns: createEdns(1232) };
    expect(makeReply(query, parts)).toMatchObject(parts);
  });
});

test('a failure is what no plugin has written', () => {
  const error = new Error('no upstream');
  expect(makeFailure(query, RCODE.SERVFAIL, error)).toEqual({
    ...makeReply(query, { rcode: RCODE.SERVFAIL, error }),
    unwritten: true,
  });
});

describe('mapReply', () => {
  const refuse = (reply: Reply): Reply => ({ ...reply, rcode: RCODE.REFUSED });

  test('changes a reply at once, without a promise', () => {
    expect(mapReply(makeReply(query), refuse)).toMatchObject({ rcode: RCODE.REFUSED });
  });

  test('changes a later reply when it comes', async () => {
    const outcome = mapReply(Later.from(Promise.resolve(makeReply(query))), refuse);
    expect(isLater(outcome)).toBe(true);
    expect(await outcome).toMatchObject({ rcode: RCODE.REFUSED });
  });

  test('leaves a query unanswered, now and later', async () => {
    expect(mapReply(null, refuse)).toBeNull();
    expect(await mapReply(Later.from(Promise.resolve(null)), refuse)).toBeNull();
  });

  test('passes on what was thrown', async () => {
    await expect(mapReply(Later.from(Promise.reject(new Error('broken'))), refuse)).rejects.toThrow('broken');
  });
});

test('as a message a reply has the id and opcode of its query', () => {
  const notify = testQuery({ name: 'a.test', message: { id: 99, opcode: OPCODE.NOTIFY } });
  expect(toMessage(notify, makeReply(notify, { answers: [record], authenticData: true }))).toMatchObject({
    id: 99,
    response: true,
    opcode: OPCODE.NOTIFY,
    authenticData: true,
    questions: [notify.question],
    answers: [record],
  });
});

describe('the length of a reply', () => {
  test('counts uncompressed octets', () => {
    // Header, question (name of 8 octets, type, class), record (name, 10 octets, address).
    expect(replyLength(query, makeReply(query))).toBe(12 + 12);
    const reply = makeReply(query, { answers: [record, record] });
    expect(replyLength(query, reply)).toBe(12 + 12 + 2 * (8 + 10 + 4));
  });

  test('is 0 when no plugin has written one', () => {
    expect(replyLength(query, null)).toBe(0);
    expect(replyLength(query, makeFailure(query, RCODE.SERVFAIL))).toBe(0);
  });
});
