import { expect, test } from 'vitest';
import type { QueryVector } from '../case.ts';
import { encodeMessage } from '../../../src/dns/encode.ts';
import { createMessage } from '../../../src/dns/message.ts';
import { parseRecord } from '../../../src/dns/presentation.ts';
import { readTransfer } from './transfer.ts';

const [soa, a, older] = ['z. 1 IN SOA n. h. 7 1 2 3 4', 'a.z. 1 IN A 10.0.0.1', 'z. 1 IN SOA n. h. 6 1 2 3 4'];
const axfr: QueryVector = { name: 'z', type: 'AXFR' };
const ixfr: QueryVector = { name: 'z', type: 'IXFR', authority: [soa] };

const cases: [string, QueryVector, string[][], number, boolean][] = [
  ['one message', axfr, [[soa, a, soa], [a]], 1, false],
  ['several', axfr, [[soa], [a, a], [soa], [a]], 3, false],
  ['no closing SOA', axfr, [[soa, a]], 1, true],
  ['no transfer at all', axfr, [[a]], 1, true],
  ['an empty answer', axfr, [[]], 1, false],
  ['an up-to-date client', ixfr, [[soa], [a]], 1, false],
  ['an outdated one', { ...ixfr, authority: [older] }, [[soa, a], [soa], [a]], 2, false],
];

test.each(cases)('%s', async (_, query, messages, count, incomplete) => {
  const left = messages.map((answers) =>
    Buffer.from(
      encodeMessage(createMessage({ answers: answers.map((text) => parseRecord(text)) }), { compress: true }),
    ),
  );
  const transfer = await readTransfer(query, () => Promise.resolve(left.shift()));
  expect({ count: transfer.messages.length, incomplete: transfer.incomplete }).toEqual({ count, incomplete });
});
