import { expect, test } from 'vitest';
import { encodeQuery } from '../wire.ts';
import { signQuery, verifyReplies } from './tsig.ts';

const key = { key: 'key.test.', secret: 'c2VjcmV0' };
const packet = encodeQuery({ name: 'a.test', type: 'A', edns: {} }, 7);
const { message } = signQuery(packet, key, 1_700_000_000);

test('a signed message ends in a TSIG record', () => {
  expect(message.readUInt16BE(10)).toBe(2);
  expect(message.length).toBe(packet.length + 10 + 10 + 13 + 10 + 32 + 6);
});

test('an unsigned reply has no verdict', () => {
  expect(verifyReplies([Buffer.from(packet)], key, Buffer.alloc(0))).toBeUndefined();
});

test('a wrong signature', () => {
  expect(verifyReplies([message], key, Buffer.alloc(32))).toEqual({ valid: false, error: 'BADSIG' });
});

test('an error of the other side', () => {
  const refused = Buffer.from(message);
  refused.writeUInt16BE(17, refused.length - 4);
  expect(verifyReplies([refused], key, Buffer.alloc(0))).toEqual({ error: 'PeerBadKey' });
});
