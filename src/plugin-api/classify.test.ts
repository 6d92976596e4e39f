import { expect, test } from 'vitest';
import { CLASS, OPCODE, RCODE } from '../dns/codes.ts';
import type { ResourceRecord } from '../dns/message.ts';
import { DomainName } from '../dns/name.ts';
import { A } from '../dns/records/a.ts';
import { NS } from '../dns/records/ns.ts';
import { SOA } from '../dns/records/soa.ts';
import { classifyReply, classOf, type ReplyClass, type ReplyKind } from './classify.ts';
import { makeReply, type ReplyParts } from './reply.ts';
import { type TestQuery, testQuery } from './testing.ts';

const name = DomainName.parse('a.test');
const a: ResourceRecord = A.make(name, 60, { address: Uint8Array.of(10, 0, 0, 1) });
const ns: ResourceRecord = NS.make(name, 60, { nameServer: name });
const soa: ResourceRecord = SOA.make(name, 60, {
  primary: name,
  mailbox: name,
  serial: 1,
  refresh: 2,
  retry: 3,
  expire: 4,
  minimum: 5,
});

test.each<[string, Partial<TestQuery>, ReplyParts | null, ReplyKind, ReplyClass]>([
  ['an answer', {}, { answers: [a] }, 'NOERROR', 'success'],
  ['an answer with an SOA', {}, { answers: [a], authorities: [soa] }, 'NOERROR', 'success'],
  ['nothing at all', {}, {}, 'NOERROR', 'success'],
  ['only additional records', {}, { additionals: [a] }, 'NOERROR', 'success'],
  ['a referral', {}, { authorities: [ns] }, 'DELEGATION', 'success'],
  ['no data', {}, { authorities: [soa] }, 'NODATA', 'denial'],
  ['no data, with NS records', {}, { authorities: [ns, soa] }, 'NODATA', 'denial'],
  ['no such name', {}, { rcode: RCODE.NXDOMAIN, authorities: [soa] }, 'NXDOMAIN', 'denial'],
  ['no such name, without an SOA', {}, { rcode: RCODE.NXDOMAIN }, 'NXDOMAIN', 'denial'],
  ['no such name at the end of an alias', {}, { rcode: RCODE.NXDOMAIN, answers: [a] }, 'OTHERERROR', 'error'],
  ['SERVFAIL', {}, { rcode: RCODE.SERVFAIL }, 'SERVERERROR', 'error'],
  ['NOTIMP', {}, { rcode: RCODE.NOTIMP }, 'SERVERERROR', 'error'],
  ['REFUSED', {}, { rcode: RCODE.REFUSED, authorities: [soa] }, 'OTHERERROR', 'error'],
  ['FORMERR', {}, { rcode: RCODE.FORMERR }, 'OTHERERROR', 'error'],
  ['no reply', {}, null, 'OTHERERROR', 'error'],
  ['a transfer', { type: 'AXFR' }, { answers: [soa] }, 'META', 'error'],
  ['an incremental transfer', { type: 'IXFR' }, { rcode: RCODE.REFUSED }, 'META', 'error'],
  ['a notification', { message: { opcode: OPCODE.NOTIFY } }, { answers: [soa] }, 'META', 'error'],
  ['an update', { message: { opcode: OPCODE.UPDATE } }, { rcode: RCODE.REFUSED }, 'UPDATE', 'error'],
])('%s', (_what, parts, reply, kind, replyClass) => {
  const query = testQuery({ name: 'a.test', ...parts });
  expect(classifyReply(query, reply === null ? null : makeReply(query, reply))).toBe(kind);
  expect(classOf(kind)).toBe(replyClass);
});

test('a transfer is one in class IN only', () => {
  const query = testQuery({ name: 'a.test', type: 'AXFR' });
  const chaos = { ...query, question: { ...query.question, class: CLASS.CH } };
  expect(classifyReply(chaos, makeReply(chaos, { answers: [soa] }))).toBe('NOERROR');
});
