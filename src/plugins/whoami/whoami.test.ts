import { expect, test } from 'vitest';
import { CLASS } from '../../dns/codes.ts';
import { describeProblem } from '../../corefile/problem.ts';
import { DomainName } from '../../dns/name.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { SRV } from '../../dns/records/srv.ts';
import { setUp, type TestQuery } from '../../plugin-api/testing.ts';
import { whoami } from './whoami.ts';

const { ask } = setUp(whoami, 'whoami');
const IPV6 = { address: '2001:db8::1', port: 50_000 };

test.each<[TestQuery, string, string]>([
  [{ name: 'a.test' }, 'a.test. A 7f000001', '_udp.a.test. 40000'],
  [{ name: 'A.Test', transport: 'tcp' }, 'A.Test. A 7f000001', '_tcp.A.Test. 40000'],
  [{ name: 'a.test', transport: 'quic' }, 'a.test. A 7f000001', '_udp.a.test. 40000'],
  [
    { name: 'a.test', type: 'TXT', client: IPV6 },
    'a.test. AAAA 20010db8000000000000000000000001',
    '_udp.a.test. 50000',
  ],
  [{ name: '.', transport: 'tls' }, '. A 7f000001', '_tcp. 40000'],
])('%j: %s, %s', async (query, address, port) => {
  const reply = await ask(query);
  expect(reply).toMatchObject({ rcode: 0, authoritative: true, answers: [], authorities: [], unwritten: false });
  const [first, second, ...more] = reply?.additionals ?? [];
  expect(more).toEqual([]);
  expect(first).toMatchObject({ ttl: 0, class: CLASS.IN });
  const type = first !== undefined && A.is(first) ? 'A' : 'AAAA';
  const data = first !== undefined && (A.is(first) || AAAA.is(first)) ? first.data.address : new Uint8Array();
  expect(`${first?.name.text} ${type} ${Buffer.from(data).toString('hex')}`).toBe(address);
  expect(second).toMatchObject({
    ttl: 0,
    class: CLASS.IN,
    type: SRV.code,
    data: { priority: 0, weight: 0, target: DomainName.root },
  });
  expect(second !== undefined && SRV.is(second) ? `${second.name.text} ${second.data.port}` : '').toBe(port);
});

test('below a name of the greatest length there is no room for the port', async () => {
  const longest = `${'a'.repeat(63)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(61)}`;
  expect((await ask({ name: longest }))?.additionals).toHaveLength(1);
  expect((await ask({ name: longest.slice(5) }))?.additionals).toHaveLength(2);
});

test('records are of the class that was asked for', async () => {
  const query = { name: DomainName.parse('a.test'), type: 16, class: CLASS.CH };
  const reply = await ask({ name: 'a.test', message: { questions: [query] } });
  expect(reply?.additionals.map((record) => record.class)).toEqual([CLASS.CH, CLASS.CH]);
});

test.each([
  ['whoami x', 'Corefile:2:8: "whoami" takes no argument, "x" is one too many (write: whoami)'],
  ['whoami {\n}', 'Corefile:2:8: "whoami" takes no block (remove the braces)'],
])('%j is refused', (directives, problem) => {
  expect(setUp(whoami, directives).problems.map(describeProblem)).toEqual([problem]);
});
