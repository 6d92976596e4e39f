import { expect, it } from 'vitest';
import { createEdns, createMessage, withTtl } from './message.ts';
import { DomainName } from './name.ts';
import { TXT } from './records/txt.ts';

it('createMessage has defaults', () => {
  expect(createMessage({ id: 3, rcode: 5 })).toMatchObject({ id: 3, rcode: 5, response: false, questions: [] });
});

it.each([
  [{}, { version: 0, flags: 0, dnssecOk: false }],
  [{ dnssecOk: true }, { flags: 0x8000, dnssecOk: true }],
  [{ flags: 0x8001 }, { flags: 0x8001, dnssecOk: true }],
  [
    { flags: 0x8001, dnssecOk: false },
    { flags: 1, dnssecOk: false },
  ],
])('createEdns keeps DO and flags together: %j', (fields, expected) => {
  expect(createEdns(1232, fields)).toMatchObject({ payloadSize: 1232, options: [], ...expected });
});

it('withTtl copies', () => {
  const record = TXT.make(DomainName.root, 1, { strings: ['x'] });
  expect(withTtl(record, 9)).toEqual({ ...record, ttl: 9 });
  expect(record.ttl).toBe(1);
});
