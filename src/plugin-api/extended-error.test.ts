import { expect, test } from 'vitest';
import { EXTENDED_ERROR, extendedErrorEdns } from './extended-error.ts';

test.each([
  [EXTENDED_ERROR.BLOCKED, undefined, '000f'],
  [EXTENDED_ERROR.FILTERED, '', '0011'],
  [0xabcd, 'nö', 'abcd6ec3b6'],
])('code %i with text %j is %s', (code, text, data) => {
  const edns = extendedErrorEdns(code, text);
  expect(edns).toMatchObject({ payloadSize: 4096, version: 0, dnssecOk: true, options: [{ code: 15 }] });
  expect(Buffer.from(edns.options[0]?.data ?? []).toString('hex')).toBe(data);
});
