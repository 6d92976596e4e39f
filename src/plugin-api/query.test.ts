import { expect, test } from 'vitest';
import { CLASS } from '../dns/codes.ts';
import { DomainName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { addressFamily, isDatagram, protocolLabel, type Transport, withQuestion } from './query.ts';
import { testQuery } from './testing.ts';

test.each<[Transport, 'udp' | 'tcp', boolean]>([
  ['udp', 'udp', true],
  ['tcp', 'tcp', false],
  ['tls', 'tcp', false],
  ['https', 'tcp', false],
  ['grpc', 'tcp', false],
  ['quic', 'udp', true],
  ['https3', 'udp', true],
])('%s is carried by %s', (transport, label, datagram) => {
  expect(protocolLabel(transport)).toBe(label);
  expect(isDatagram(testQuery({ name: 'a.test', transport }))).toBe(datagram);
});

test.each<[string, 1 | 2]>([
  ['127.0.0.1', 1],
  ['::1', 2],
  ['2001:db8::1', 2],
])('%s is of family %d', (address, family) => {
  expect(addressFamily({ address, port: 53 })).toBe(family);
});

test('another question makes another query, and leaves the first as it was', () => {
  const query = testQuery({ name: 'a.test', type: 'A' });
  const question = { name: DomainName.parse('b.test'), type: TYPE.AAAA, class: CLASS.IN };
  const other = withQuestion(query, question);
  expect(other.question).toBe(question);
  expect(other.message).toEqual({ ...query.message, questions: [question] });
  expect(other.client).toBe(query.client);
  expect(query.question.name.text).toBe('a.test.');
  expect(query.message.questions[0]?.name.text).toBe('a.test.');
});
