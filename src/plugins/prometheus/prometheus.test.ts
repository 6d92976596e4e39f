import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text as readAll } from 'node:stream/consumers';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { RCODE } from '../../dns/codes.ts';
import { DomainName } from '../../dns/name.ts';
import { Registry } from '../../metrics/registry.ts';
import type { NamedInstance, SetupContext } from '../../plugin-api/context.ts';
import { makeFailure, makeReply } from '../../plugin-api/reply.ts';
import {
  setUp,
  sharedValues,
  testBlock,
  TestHttpEndpoints,
  testQuery,
  type TestSetup,
} from '../../plugin-api/testing.ts';
import { prometheus } from './prometheus.ts';

const running: TestSetup[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(async ({ instance }) => instance.stop?.('shutdown')));
});

async function start(
  directives = 'prometheus 127.0.0.1:0',
  parts: Partial<SetupContext> = {},
): Promise<TestSetup & { readonly http: TestHttpEndpoints }> {
  const http = new TestHttpEndpoints();
  const made = setUp(prometheus, directives, { http, ...parts });
  expect(made.problems).toEqual([]);
  running.push(made);
  await made.instance.start?.();
  made.instance.serving?.();
  return { ...made, http };
}

function series(metrics: Registry, name: string): string[] {
  return metrics
    .expose()
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .map((line) => line.slice(name.length));
}

describe('the endpoint', () => {
  test('exposes all metrics, not only its own', async () => {
    const { http, metrics } = await start();
    metrics.counter({ name: 'coredns_cache_hits_total', help: 'h' });
    const answer = await http.get('/metrics');
    expect(answer).toMatch(/^200 # HELP coredns_build_info /);
    expect(answer).toContain('\ncoredns_cache_hits_total 0\n');
    expect(await http.get('/')).toMatch(/^404/);
    const response = await fetch(`http://127.0.0.1:${http.ports[0]}/metrics`);
    expect(response.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    await response.text();
  });

  test('that cannot be had does not keep the server from running', async () => {
    const { log } = await start('prometheus 192.0.2.1:9153');
    expect(log).toEqual([
      '[ERROR] Failed to start metrics handler: cannot listen on tcp 192.0.2.1:9153: this machine has no such address; name one that it has',
    ]);
  });
});

describe('metrics of the process', () => {
  test('are exposed', async () => {
    const { metrics } = await start();
    expect(series(metrics, 'coredns_build_info')).toEqual([
      `{version="0.0.0",revision="",goversion="node${process.versions.node}"} 1`,
    ]);
    for (const name of ['cpu_seconds_total', 'resident_memory_bytes', 'start_time_seconds', 'open_fds', 'max_fds']) {
      expect(Number(series(metrics, `process_${name}`)[0])).toBeGreaterThan(0);
    }
  });

  test('include the runtime on request', async () => {
    const { metrics } = await start();
    expect(metrics.expose()).not.toContain('nodejs_');
    const more = await start('prometheus 127.0.0.1:0 {\n runtime_metrics\n}');
    expect(Number(series(more.metrics, 'nodejs_heap_size_used_bytes')[0])).toBeGreaterThan(0);
    expect(series(more.metrics, 'nodejs_eventloop_delay_max_seconds')).toHaveLength(1);
  });
});

describe('queries', () => {
  const zones = ['org', 'example.org', 'example.net'].map((zone) => DomainName.parse(zone));
  const passing = ['deep.example.org', 'net'].map((zone) => DomainName.parse(zone));
  const chain: readonly NamedInstance[] = [
    { name: 'ready', instance: {} },
    { name: 'prometheus', instance: { observe: () => {} } },
    { name: 'bind', instance: {} },
    { name: 'errors', instance: { observe: () => {} } },
    { name: 'auto', instance: { passingZone: (name) => passing.find((zone) => name.isWithin(zone)) } },
    { name: 'forward', instance: { handle: () => null } },
  ];
  const block = testBlock({ zones, instances: () => chain });

  test.each([
    ['a.example.org', 'example.org.'],
    ['b.org', 'org.'],
    ['a.example.com', '.'],
    ['a.deep.example.org', 'deep.example.org.'],
    ['a.example.net', 'example.net.'],
    ['a.net', 'net.'],
  ])('for %s count in zone %s', async (name, zone) => {
    const { instance, metrics } = await start('prometheus 127.0.0.1:0', { block });
    const query = testQuery({ name });
    instance.observe?.(query, makeReply(query));
    expect(series(metrics, 'coredns_dns_requests_total')).toEqual([
      `{server="dns://:53",zone="${zone}",view="",proto="udp",family="1",type="A"} 1`,
    ]);
  });

  test('are counted with the plugin after this one, if a plugin has written the reply', async () => {
    const { instance, metrics } = await start('prometheus 127.0.0.1:0', { block });
    const query = testQuery({ name: 'a.org' });
    instance.observe?.(query, makeReply(query, { rcode: RCODE.NXDOMAIN }));
    instance.observe?.(query, makeFailure(query, RCODE.SERVFAIL));
    instance.observe?.(query, null);
    const own = 'server="dns://:53",zone="org.",view=""';
    expect(series(metrics, 'coredns_dns_responses_total')).toEqual([
      `{${own},rcode="NOERROR",plugin=""} 1`,
      `{${own},rcode="NXDOMAIN",plugin="errors"} 1`,
      `{${own},rcode="SERVFAIL",plugin=""} 1`,
    ]);
    // What was not written has no size.
    expect(series(metrics, 'coredns_dns_response_size_bytes_sum')).toEqual([`{${own},proto="udp"} 23`]);
  });

  test('take as long as since they came', async () => {
    const clock = { now: () => 0, monotonic: () => 1250 };
    const { instance, metrics } = await start('prometheus 127.0.0.1:0', { block, clock });
    const query = testQuery({ name: 'a.org', arrival: 1000 });
    instance.observe?.(query, makeReply(query));
    expect(series(metrics, 'coredns_dns_request_duration_seconds_sum')[0]).toMatch(/ 0\.25$/);
  });
});

test('plugin_enabled shows the plugins that queries pass, by listener, for the first zone of each block', async () => {
  const metrics = new Registry();
  const block = (zones: readonly string[], names: readonly string[], servers = ['dns://:53']): SetupContext['block'] =>
    testBlock({
      zones: zones.map((zone) => DomainName.parse(zone)),
      servers: () => servers,
      instances: () => names.map((name) => ({ name, instance: name === 'bind' ? {} : { observe: () => {} } })),
    });
  const before = sharedValues();
  await start(undefined, { metrics, shared: before, block: block(['a.test', 'b.test'], ['bind', 'errors', 'log']) });
  await start(undefined, { metrics, shared: before, block: block(['.'], ['log'], ['dns://:53', 'tls://:853']) });
  expect(series(metrics, 'coredns_plugin_enabled')).toEqual([
    '{server="dns://:53",zone=".",view="",name="log"} 1',
    '{server="dns://:53",zone="a.test.",view="",name="errors"} 1',
    '{server="dns://:53",zone="a.test.",view="",name="log"} 1',
    '{server="tls://:853",zone=".",view="",name="log"} 1',
  ]);
  // After a reload only what runs then is shown.
  await start(undefined, { metrics, shared: sharedValues(), block: block(['c.test'], ['cache']) });
  expect(series(metrics, 'coredns_plugin_enabled')).toEqual([
    '{server="dns://:53",zone="c.test.",view="",name="cache"} 1',
  ]);
  const view = { name: 'office', admits: () => true };
  const viewed = testBlock({
    instances: () => [
      { name: 'log', instance: { observe: () => {} } },
      { name: 'view', instance: { handle: (query, next) => next(query), settings: { view } } },
    ],
  });
  await start(undefined, { metrics, shared: sharedValues(), block: viewed });
  expect(series(metrics, 'coredns_plugin_enabled')).toEqual([
    '{server="dns://:53",zone=".",view="office",name="log"} 1',
    '{server="dns://:53",zone=".",view="office",name="view"} 1',
  ]);
});

describe('tls', () => {
  const directory = mkdtempSync(join(tmpdir(), 'prometheus-'));
  afterAll(() => rmSync(directory, { recursive: true }));
  const certificate = readFileSync(new URL('testdata/dns.test.pem', import.meta.url), 'utf8');
  writeFileSync(join(directory, 'tls.pem'), certificate);
  writeFileSync(join(directory, 'tls.key'), readFileSync(new URL('testdata/dns.test.key', import.meta.url)));
  const resolvePath = (path: string): string => join(directory, path);

  test('serves HTTPS as the file says', async () => {
    writeFileSync(join(directory, 'web.yml'), 'tls_server_config:\n  cert_file: tls.pem\n  key_file: tls.key\n');
    const { http, log } = await start('prometheus 127.0.0.1:0 {\n tls web.yml\n}', { resolvePath });
    expect(log).toEqual([]);
    const options = { port: http.ports[0], path: '/metrics', ca: certificate, servername: 'dns.test', agent: false };
    const text = await new Promise<string>((resolve, reject) => {
      get(options, (response) => void readAll(response).then(resolve)).on('error', reject);
    });
    expect(text).toContain('coredns_build_info{');
  });

  test('with a file that cannot be used: an error in the log, and no endpoint', async () => {
    const { http, log } = await start('prometheus 127.0.0.1:0 {\n tls missing.yml\n}', { resolvePath });
    expect(log).toEqual([
      expect.stringMatching(
        /^\[ERROR\] Failed to start metrics handler: Invalid TLS config \S+missing\.yml: cannot read it: ENOENT/,
      ),
    ]);
    expect(http.ports).toEqual([]);
  });
});

test.each([
  ['prometheus 9153', 'Corefile:2:12: "9153" is not an address with a port (write ":9153")'],
  ['prometheus :9153 x', 'Corefile:2:18: "prometheus" takes one argument, "x" is one too many'],
  ['prometheus {\n runtime_metrics on\n}', 'Corefile:3:18: "runtime_metrics" takes no argument'],
  ['prometheus {\n tls\n}', 'Corefile:3:2: "tls" needs an argument (write: tls FILE)'],
  ['prometheus {\n tls a b\n}', 'Corefile:3:8: "tls" takes one argument'],
  ['prometheus {\n tls a\n tls b\n}', 'Corefile:4:2: option "tls" is given twice'],
  ['prometheus {\n path /metrics\n}', 'Corefile:3:2: plugin prometheus has no option "path"'],
])('%j is refused', (directives, problem) => {
  expect(setUp(prometheus, directives).problems.map(describeProblem)[0]).toContain(problem);
});

test('stands once in a block', () => {
  expect(prometheus.repeatable).toBe(false);
});
