import { afterEach, expect, test } from 'vitest';
import { RCODE } from '../../dns/codes.ts';
import type { Message } from '../../dns/message.ts';
import type { Reply } from '../../plugin-api/reply.ts';
import { setUp, sharedValues, type TestSetup } from '../../plugin-api/testing.ts';
import { respond, type Script, ScriptedUpstream } from '../../transport/upstream/testing.ts';
import { Backlog, backlogKey } from './backlog.ts';
import { forward } from './forward.ts';

const LIMIT = 20;

const open: { stop: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (thing) => thing.stop()));
});

async function serve(script: Script): Promise<ScriptedUpstream> {
  const server = await ScriptedUpstream.open(script);
  open.push({ stop: () => server.close() });
  return server;
}

/** The plugin with room for 20 clients. */
async function start(text: string): Promise<TestSetup> {
  const shared = sharedValues();
  shared(backlogKey, () => new Backlog(LIMIT));
  const made = setUp(forward, text, { shared });
  await made.instance.start?.();
  open.push({ stop: async () => made.instance.stop?.('shutdown') });
  return made;
}

/** Silent about all names but `well.example.`. */
const silent: Script = (message: Message) =>
  message.questions[0]?.name.text === 'well.example.' ? respond(message) : undefined;

/** Asks for `0.example`, `1.example` … and returns which of them have been answered so far, and how. */
function askMany(made: TestSetup, count: number, name = (i: number): string => `${i}.example`): Map<number, Reply> {
  const answered = new Map<number, Reply>();
  for (let i = 0; i < count; i++)
    void made.ask({ name: name(i) }).then((reply) => (reply === null ? undefined : answered.set(i, reply)));
  return answered;
}

const turn = async (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

function dropped({ metrics }: TestSetup): number {
  return Number(
    /^clusterfirst_forward_dropped_queries_total\{server="dns:\/\/:53"\} (\d+)$/m.exec(metrics.expose())?.[1],
  );
}

test.each(['', 'force_tcp'])('the oldest are dropped when too many wait %s', async (option) => {
  const server = await serve(silent);
  const made = await start(`forward . 127.0.0.1:${server.port} {\n${option}\n}`);
  const answered = askMany(made, 10 * LIMIT);
  await turn();
  // The oldest are answered, in their order, without a line in the log for each; the newest wait.
  expect([...answered.keys()]).toEqual(Array.from({ length: 9 * LIMIT }, (_, i) => i));
  expect(
    [...answered.values()].every(({ rcode, unwritten, error }) => rcode === RCODE.SERVFAIL && unwritten && !error),
  ).toBe(true);
  expect(dropped(made)).toBe(9 * LIMIT);
  // The next query has its answer at once.
  const began = performance.now();
  expect((await made.ask({ name: 'well.example' }))?.rcode).toBe(RCODE.NOERROR);
  expect(performance.now() - began).toBeLessThan(200);
  expect(answered.size).toBe(9 * LIMIT + 1);
});

test('answers make room', async () => {
  const server = await serve((message) => respond(message));
  const made = await start(`forward . 127.0.0.1:${server.port}`);
  for (let round = 0; round < 5; round++) {
    const replies = await Promise.all(
      Array.from({ length: LIMIT }, async (_, i) => made.ask({ name: `${round}.${i}.example` })),
    );
    expect(replies.every((reply) => reply?.rcode === RCODE.NOERROR)).toBe(true);
  }
  expect(made.metrics.expose()).not.toContain('clusterfirst_forward_dropped_queries_total{');
});

test('a reply to a query that was dropped comes too late for anybody', async () => {
  const late: (() => void)[] = [];
  const server = await serve(async (message) => {
    if (message.questions[0]?.name.text !== '0.example.') return undefined;
    await new Promise<void>((resolve) => late.push(resolve));
    return respond(message);
  });
  const made = await start(`forward . 127.0.0.1:${server.port}`);
  const answered = askMany(made, 1);
  while (late.length === 0) await turn();
  askMany(made, LIMIT, (i) => `other-${i}.example`);
  await turn();
  expect(answered.get(0)?.rcode).toBe(RCODE.SERVFAIL);
  late[0]?.();
  await turn();
  expect(made.metrics.expose()).not.toContain('coredns_proxy_request_duration_seconds_count{');
});

test('clients that ask the same count each, and the newest of them waits', async () => {
  const server = await serve(silent);
  const made = await start(`forward . 127.0.0.1:${server.port}`);
  const answered = askMany(made, LIMIT + 1, () => 'same.example');
  await turn();
  expect([...answered.keys()]).toEqual(Array.from({ length: LIMIT }, (_, i) => i));
  expect(dropped(made)).toBe(LIMIT);
});

test('all forward lines have one backlog', async () => {
  const server = await serve(silent);
  const made = await start(`forward a 127.0.0.1:${server.port}\nforward . 127.0.0.1:${server.port}`);
  const answered = askMany(made, 3 * LIMIT, (i) => `${i}.${i % 2 === 0 ? 'a' : 'b'}`);
  await turn();
  expect([...answered.keys()]).toEqual(Array.from({ length: 2 * LIMIT }, (_, i) => i));
});

test('an upstream that is silent while queries are dropped is found out', async () => {
  const server = await serve(() => undefined);
  const made = await start(`forward . 127.0.0.1:${server.port}`);
  askMany(made, 2 * LIMIT);
  while (!server.received.includes('udp .')) await turn();
  expect(dropped(made)).toBe(LIMIT);
});
