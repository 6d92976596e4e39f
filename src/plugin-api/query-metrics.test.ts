import { describe, expect, test } from 'vitest';
import { RCODE } from '../dns/codes.ts';
import { createEdns } from '../dns/message.ts';
import { Registry } from '../metrics/registry.ts';
import { type CountedAnswer, QueryMetrics } from './query-metrics.ts';
import { type TestQuery, testQuery } from './testing.ts';

const ANSWER: CountedAnswer = {
  rcode: RCODE.NOERROR,
  plugin: 'errors',
  responseSize: 150,
};

function exposed(queries: readonly TestQuery[], answer = ANSWER): string[] {
  const registry = new Registry();
  const metrics = new QueryMetrics(registry);
  for (const parts of queries) {
    const query = testQuery(parts);
    metrics.block(query.server, 'test.', query.view).count(query, answer, 0.4);
  }
  return registry.expose().split('\n');
}

function series(lines: readonly string[], name: string): string[] {
  return lines.filter((line) => line.startsWith(`${name}{`)).map((line) => line.slice(name.length));
}

describe('requests', () => {
  test.each<[Partial<TestQuery>, string]>([
    [{}, 'proto="udp",family="1",type="A"'],
    [{ transport: 'tls' }, 'proto="tcp",family="1",type="A"'],
    [{ transport: 'quic' }, 'proto="udp",family="1",type="A"'],
    [{ client: { address: '2001:db8::1', port: 1 } }, 'proto="udp",family="2",type="A"'],
    [{ type: 'HTTPS' }, 'proto="udp",family="1",type="HTTPS"'],
    [{ type: 'ANY' }, 'proto="udp",family="1",type="ANY"'],
    [{ type: 'CAA' }, 'proto="udp",family="1",type="other"'],
    [{ type: 'TYPE65280' }, 'proto="udp",family="1",type="other"'],
  ])('%j', (parts, labels) => {
    expect(series(exposed([{ name: 'a.test', ...parts }]), 'coredns_dns_requests_total')).toEqual([
      `{server="dns://:53",zone="test.",view="",${labels}} 1`,
    ]);
  });

  test('with the DO bit are counted besides', () => {
    const counted = exposed([
      { name: 'a.test' },
      { name: 'a.test', message: { edns: createEdns(1232) } },
      { name: 'a.test', message: { edns: createEdns(1232, { dnssecOk: true }) } },
    ]);
    expect(series(counted, 'coredns_dns_do_requests_total')).toEqual(['{server="dns://:53",zone="test.",view=""} 1']);
  });
});

test.each([
  [RCODE.NOERROR, 'errors', 'rcode="NOERROR",plugin="errors"'],
  [RCODE.BADCOOKIE, 'errors', 'rcode="BADCOOKIE",plugin="errors"'],
  [RCODE.SERVFAIL, '', 'rcode="SERVFAIL",plugin=""'],
  [3000, '', 'rcode="RCODE3000",plugin=""'],
])('a response with rcode %d of %j', (rcode, plugin, labels) => {
  const counted = exposed([{ name: 'a.test' }], { ...ANSWER, rcode, plugin });
  expect(series(counted, 'coredns_dns_responses_total')).toEqual([
    `{server="dns://:53",zone="test.",view="",${labels}} 1`,
  ]);
});

test('times and sizes have the buckets that dashboards know', () => {
  const counted = exposed([{ name: 'a.test' }]);
  const bounds = (name: string): string[] =>
    series(counted, `${name}_bucket`).map((line) => `${/le="([^"]*)"/.exec(line)?.[1]}:${line.split(' ').at(-1)}`);
  expect(bounds('coredns_dns_request_duration_seconds')).toEqual(
    [
      '0.00025:0 0.0005:1 0.001:1 0.002:1 0.004:1 0.008:1 0.016:1 0.032:1 0.064:1 0.128:1 0.256:1 0.512:1',
      '1.024:1 2.048:1 4.096:1 8.192:1 +Inf:1',
    ].flatMap((line) => line.split(' ')),
  );
  const sizes = '100 200 300 400 511 1023 2047 4095 8291 16000 32000 48000 64000 +Inf'.split(' ');
  expect(bounds('coredns_dns_request_size_bytes')).toEqual(['0:0', ...sizes.map((bound) => `${bound}:1`)]);
  expect(bounds('coredns_dns_response_size_bytes')).toEqual([
    '0:0',
    '100:0',
    ...sizes.slice(1).map((bound) => `${bound}:1`),
  ]);
  expect(series(counted, 'coredns_dns_response_size_bytes_sum')).toEqual([
    '{server="dns://:53",zone="test.",view="",proto="udp"} 150',
  ]);
});
