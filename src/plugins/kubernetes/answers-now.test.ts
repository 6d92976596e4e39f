import { expect, test } from 'vitest';
import { testQuery } from '../../plugin-api/testing.ts';
import { testCluster } from './testing/ask.ts';

const ZONES = 'kubernetes cluster.local in-addr.arpa';

test.each([
  ['', 'web.shop.svc.cluster.local A', true],
  ['', 'nope.shop.svc.cluster.local A', true],
  ['', 'ext.shop.svc.cluster.local A', true],
  ['', '20.0.96.10.in-addr.arpa PTR', true],
  ['', 'www.example.com A', false],
  ['fallthrough', 'web.shop.svc.cluster.local A', true],
  ['fallthrough', 'web.shop.svc.cluster.local AAAA', true],
  ['fallthrough', 'web.shop.svc.cluster.local MX', true],
  ['fallthrough', 'ext.shop.svc.cluster.local A', true],
  ['fallthrough', 'ext-missing.shop.svc.cluster.local A', true],
  ['fallthrough', 'nope.shop.svc.cluster.local A', false],
  ['fallthrough', 'nope.shop.svc.cluster.local SOA', true],
  ['fallthrough', 'nope.shop.svc.cluster.local NS', false],
  ['fallthrough', 'nope.shop.svc.cluster.local AXFR', true],
  ['fallthrough', 'svc.cluster.local A', true],
  ['fallthrough', 'svc.cluster.local TXT', false],
  ['fallthrough', 'cluster.local NS', true],
  ['fallthrough', 'dns-version.cluster.local TXT', true],
  ['fallthrough', 'dns-version.cluster.local A', false],
  ['fallthrough', 'ns.dns.cluster.local A', true],
  ['fallthrough', 'ns.dns.cluster.local TXT', false],
  ['fallthrough', '20.0.96.10.in-addr.arpa PTR', true],
  ['fallthrough', '9.9.9.9.in-addr.arpa PTR', false],
  ['fallthrough', '20.0.96.10.in-addr.arpa A', false],
  ['fallthrough in-addr.arpa', '9.9.9.9.in-addr.arpa PTR', false],
  ['fallthrough in-addr.arpa', 'nope.shop.svc.cluster.local A', true],
])('with "%s", is %s answered now? %s', async (option, question, expected) => {
  const { answers, show } = testCluster(`${ZONES} {\n${option}\n}`);
  const [name = '', type = 'A'] = question.split(' ');
  expect(answers.answersNow(testQuery({ name, type }))).toBe(expected);
  expect((await show(question))[0] !== 'passed on').toBe(expected);
});
