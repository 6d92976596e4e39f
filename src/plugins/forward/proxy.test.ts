import { expect, test } from 'vitest';
import { setUp } from '../../plugin-api/testing.ts';
import { respond, ScriptedUpstream } from '../../transport/upstream/testing.ts';
import { proxy } from './proxy.ts';

test('forwards as forward does', async () => {
  await using server = await ScriptedUpstream.open((message) => respond(message, { rcode: 3 }));
  const made = setUp(
    proxy,
    `proxy example 127.0.0.1:${server.port} {\nexcept no.example\nprotocol dns force_tcp\npolicy round_robin\n}`,
  );
  expect(made.problems).toEqual([]);
  await made.instance.start?.();
  expect((await made.ask({ name: 'a.example' }))?.rcode).toBe(3);
  expect((await made.ask({ name: 'a.no.example' }))?.unwritten).toBe(true);
  expect(server.received).toEqual(['tcp a.example.']);
  await made.instance.stop?.('shutdown');
});

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['policy random', []],
  ['policy first', ['policy "first" is gone: sequential is used']],
  ['policy least_conn', ['policy "least_conn" is gone: random is used']],
  ['protocol dns', []],
  ['protocol https_google bootstrap 8.8.8.8', ['protocol https_google is gone: plain DNS is spoken']],
  ['protocol grpc insecure', ['protocol grpc has no effect here: plain DNS is spoken']],
  ['health_check /health:8080 10s', ['"health_check" has no effect any more']],
  ['max_fails 3\nfail_timeout 5s', ['"max_fails" has no effect any more', '"fail_timeout" has no effect any more']],
  ['spray', ['"spray" has no effect any more']],
];
test.for(cases)('%s', ([option, warnings]) => {
  const { problems } = setUp(proxy, `proxy . 127.0.0.1 {\n${option}\n}`);
  expect(problems.map(({ message }) => message)).toEqual(warnings);
  expect(problems.every(({ severity, code }) => severity === 'warning' && code === 'option/retired')).toBe(true);
});

test.for(['policy bogus', 'protocol http', 'protocol dns udp', 'protocol', 'force_tcp'])(
  'complains about %s',
  (option) => {
    expect(setUp(proxy, `proxy . 127.0.0.1 {\n${option}\n}`).problems).toMatchObject([{ severity: 'error' }]);
  },
);
