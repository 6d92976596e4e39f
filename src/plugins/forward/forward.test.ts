import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, test } from 'vitest';
import { RCODE } from '../../dns/codes.ts';
import { createEdns, type Message } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { A } from '../../dns/records/a.ts';
import { makeReply, toMessage } from '../../plugin-api/reply.ts';
import type { NamedInstance } from '../../plugin-api/context.ts';
import type { Query } from '../../plugin-api/query.ts';
import { setUp, testBlock, testQuery, type TestQuery, type TestSetup } from '../../plugin-api/testing.ts';
import { respond, type Script, ScriptedUpstream } from '../../transport/upstream/testing.ts';
import { forward } from './forward.ts';

const directory = mkdtempSync(join(tmpdir(), 'forward-'));
afterAll(() => rmSync(directory, { recursive: true }));

const open: { stop: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (thing) => thing.stop()));
});

async function serve(script: Script): Promise<ScriptedUpstream> {
  const server = await ScriptedUpstream.open(script);
  open.push({ stop: () => server.close() });
  return server;
}

/** An upstream whose every answer is one A record with this last octet. */
async function answering(octet: number): Promise<ScriptedUpstream> {
  return serve((message) => answer(message, octet));
}

function answer(message: Message, octet: number): Message {
  const name = message.questions[0]?.name ?? DomainName.root;
  return respond(message, { answers: [A.make(name, 30, { address: Uint8Array.of(10, 0, 0, octet) })] });
}

function to({ port }: ScriptedUpstream): string {
  return `127.0.0.1:${port}`;
}

/** A port of 127.0.0.1 where nobody listens. */
async function deadPort(): Promise<number> {
  const server = await ScriptedUpstream.open(() => undefined);
  await server.close();
  return server.port;
}

async function start(text: string, options: Parameters<typeof setUp>[2] = {}): Promise<TestSetup> {
  const made = setUp(forward, text, options);
  expect(made.problems).toEqual([]);
  await made.instance.start?.();
  open.push({ stop: async () => made.instance.stop?.('shutdown') });
  return made;
}

/** The last octet of the A record in the answer, or the rcode. */
async function outcome(
  made: TestSetup,
  name = 'www.example.org',
  parts: Parameters<TestSetup['ask']>[0] | object = {},
): Promise<string> {
  const reply = await made.ask({ name, ...parts }, (query) => makeReply(query, { rcode: RCODE.YXDOMAIN }));
  const [record] = reply?.answers ?? [];
  if (record !== undefined && A.is(record)) return String(record.data.address[3]);
  const code = Object.entries(RCODE).find(([, value]) => value === reply?.rcode)?.[0] ?? String(reply?.rcode);
  return reply?.error === undefined ? code : `${code}: ${reply.error.message}`;
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
}

describe('what is forwarded', () => {
  test('the query as it came, the reply as it came', async () => {
    let seen: Message | undefined;
    const server = await serve((message) => {
      seen = message;
      return respond(message, { authoritative: true, authenticData: true, edns: createEdns(4096) });
    });
    const made = await start(`forward . 127.0.0.1:${server.port}`);
    const edns = createEdns(1232, { dnssecOk: true });
    const reply = await made.ask({ name: 'WwW.example', message: { id: 1, checkingDisabled: true, edns } });
    expect(seen).toMatchObject({ recursionDesired: true, checkingDisabled: true, authenticData: false });
    expect(seen?.edns).toEqual(edns);
    expect(seen?.questions[0]?.name.text).toBe('WwW.example.');
    expect(reply).toMatchObject({
      rcode: 0,
      authoritative: true,
      authenticData: true,
      recursionAvailable: true,
      unwritten: false,
    });
    expect(reply?.edns?.payloadSize).toBe(4096);
  });

  test('with AD where a plugin keeps the reply for others, who may want it', async () => {
    const seen: boolean[] = [];
    const server = await serve((message) => {
      seen.push(message.authenticData);
      return respond(message);
    });
    const keepsReplies = (query: Query): boolean => query.question.name.text.startsWith('kept.');
    const instances = (): readonly NamedInstance[] => [
      { name: 'errors', reads: 'question', instance: {} },
      { name: 'cache', reads: 'question', instance: { keepsReplies } },
    ];
    const made = await start(`forward . 127.0.0.1:${server.port}`, { block: testBlock({ instances }) });
    for (const name of ['kept.example', 'other.example']) {
      for (const edns of [
        undefined,
        createEdns(1232),
        createEdns(1232, { options: [{ code: 10, data: Buffer.alloc(8) }] }),
      ]) {
        await made.ask({ name, message: { edns } });
      }
    }
    expect(seen).toEqual([true, true, true, false, false, false]);
  });

  test('nothing after the deadline of the query', async () => {
    const made = await start(`forward . ${to(await answering(1))}`);
    const now = performance.now();
    expect(await outcome(made, 'www.example', { deadline: now + 5000 })).toBe('1');
    expect(await outcome(made, 'www.example', { deadline: now })).toBe('SERVFAIL: no healthy proxies');
  });

  test('names in FROM and not in except; the lines in order; the rest goes on', async () => {
    const [a, b] = [await answering(1), await answering(2)];
    const made = await start(
      `forward sub.example 127.0.0.1:${a.port}\nforward example 127.0.0.1:${b.port} {\n except no.example example\n except 10.0.0.0/8\n}`,
    );
    const cases = [
      ['x.sub.example', '1'],
      ['sub.example', '1'],
      ['SUB.example', '1'],
      ['xsub.example', '2'],
      ['example', '2'],
      ['x.no.example', 'YXDOMAIN'],
      ['elsewhere', 'YXDOMAIN'],
    ] as const;
    // `except example` excepts all that is below FROM, so the fourth case needs a line without it.
    const plain = await start(
      `forward sub.example 127.0.0.1:${a.port}\nforward example 127.0.0.1:${b.port} {\n except no.example\n}`,
    );
    for (const [name, expected] of cases) expect([name, await outcome(plain, name)]).toEqual([name, expected]);
    expect(await outcome(made, 'example')).toBe('2');
    expect(await outcome(made, 'xsub.example')).toBe('YXDOMAIN');
  });

  test('by the protocol of the client, unless options say otherwise', async () => {
    const server = await serve((message, via) =>
      respond(message, { truncated: via === 'udp' && message.questions[0]?.name.text === 'tc.' }),
    );
    const cases = [
      ['', 'udp', 'a', 'udp'],
      ['', 'tcp', 'a', 'tcp'],
      ['', 'tls', 'a', 'tcp'],
      ['', 'https', 'a', 'tcp'],
      ['', 'quic', 'a', 'udp'],
      ['', 'udp', 'tc', 'udp'],
      ['force_tcp', 'udp', 'a', 'tcp'],
      ['prefer_udp', 'tcp', 'a', 'udp'],
      ['prefer_udp', 'udp', 'tc', 'udp tcp'],
      ['prefer_udp\nforce_tcp', 'udp', 'tc', 'tcp'],
    ] as const;
    for (const [options, transport, name, expected] of cases) {
      const made = await start(`forward . ${to(server)} {\n${options}\n}`);
      server.received.length = 0;
      await made.ask({ name, transport });
      expect([options, transport, name, server.received.map((line) => line.split(' ')[0]).join(' ')]).toEqual([
        options,
        transport,
        name,
        expected,
      ]);
    }
  });

  test('the upstream is a metadata label', async () => {
    const server = await answering(1);
    const metadata = new Map<string, () => string>();
    await (await start(`forward . 127.0.0.1:${server.port}`)).ask({ name: 'a', metadata });
    expect(metadata.get('forward/upstream')?.()).toBe(`127.0.0.1:${server.port}`);
  });
});

describe('replies that do not fit the question get FORMERR', () => {
  const question = { name: DomainName.parse('other.'), type: 1, class: 1 };
  const cases: readonly { readonly what: string; readonly parts: Partial<Message>; readonly expected: string }[] = [
    { what: 'another name', parts: { questions: [question] }, expected: 'FORMERR' },
    { what: 'no question', parts: { questions: [] }, expected: 'FORMERR' },
    { what: 'not a response', parts: { response: false }, expected: 'FORMERR' },
    {
      what: 'the same name in other letters',
      parts: { questions: [{ ...question, name: DomainName.parse('A.TEST') }] },
      expected: 'NOERROR',
    },
  ];
  test.for(cases)('$what', async ({ parts, expected }) => {
    const server = await serve((message) => respond(message, parts));
    expect(await outcome(await start(`forward . 127.0.0.1:${server.port}`), 'a.test')).toBe(expected);
  });
});

describe('policies', () => {
  test('sequential and round_robin', async () => {
    const ports = [await answering(1), await answering(2), await answering(3)]
      .map(({ port }) => `127.0.0.1:${port}`)
      .join(' ');
    const cases = { sequential: '1 1 1 1', round_robin: '2 3 1 2' };
    for (const [policy, expected] of Object.entries(cases)) {
      const made = await start(`forward . ${ports} {\npolicy ${policy}\n}`);
      const taken: string[] = [];
      for (let i = 0; i < 4; i++) taken.push(await outcome(made));
      expect(taken.join(' ')).toBe(expected);
    }
  });

  test('random takes all of them', async () => {
    const ports = [await answering(1), await answering(2)].map(({ port }) => `127.0.0.1:${port}`).join(' ');
    const made = await start(`forward . ${ports}`);
    const taken = new Set<string>();
    await until(async () => taken.add(await outcome(made)).size === 2);
  });
});

describe('failures', () => {
  test('the next upstream is asked; all dead is SERVFAIL with the last error', async () => {
    const [dead, alive] = [await deadPort(), await answering(2)];
    const made = await start(`forward . 127.0.0.1:${dead} 127.0.0.1:${alive.port} {\npolicy sequential\n}`);
    expect(await outcome(made)).toBe('2');
    const none = await start(`forward . 127.0.0.1:${dead}`);
    expect(await outcome(none)).toMatch(/^SERVFAIL: read udp .*: read: connection refused$/);
  });

  test('a silent upstream costs read_timeout for each of max_connect_attempts', async () => {
    const server = await serve(() => undefined);
    const cases = [
      ['', 2],
      ['max_connect_attempts 1', 1],
      ['max_connect_attempts 3', 3],
    ] as const;
    for (const [option, tries] of cases) {
      const made = await start(`forward . 127.0.0.1:${server.port} {\nread_timeout 60ms\nmax_fails 0\n${option}\n}`);
      server.received.length = 0;
      expect(await outcome(made)).toMatch(/^SERVFAIL: read udp .*: i\/o timeout$/);
      expect([option, server.received.length]).toEqual([option, tries]);
    }
  });

  test('when all are down one of them gets a try, with failfast none', async () => {
    const dead = await deadPort();
    const options = 'policy sequential\nhealth_check 10ms\nmax_fails 1\nread_timeout 100ms';
    const made = await start(`forward . 127.0.0.1:${dead} {\n${options}\n}`);
    expect(await outcome(made)).toMatch(/connection refused/);
    await until(async () => {
      await outcome(made);
      return made.metrics.expose().includes('coredns_forward_healthcheck_broken_total 1\n');
    });
    const failing = await start(`forward . 127.0.0.1:${dead} {\n${options}\nfailfast_all_unhealthy_upstreams\n}`);
    await until(async () => (await outcome(failing)) === 'SERVFAIL: no healthy proxies');
  });

  test('an upstream that is down is passed over, and asked again once it answers a check', async () => {
    const [a, b] = [await answering(1), await answering(2)];
    const made = await start(
      `forward . 127.0.0.1:${a.port} 127.0.0.1:${b.port} {\npolicy sequential\nhealth_check 10ms\nread_timeout 50ms\n}`,
    );
    a.script = () => undefined;
    expect(await outcome(made)).toBe('2');
    a.script = (message) => answer(message, 1);
    await until(async () => (await outcome(made)) === '1');
  });

  test('failover asks the next one, as often as there are upstreams; the last reply counts', async () => {
    const refusing = await serve((message) => respond(message, { rcode: RCODE.REFUSED }));
    const alive = await answering(2);
    const failing = await serve((message) => respond(message, { rcode: RCODE.SERVFAIL }));
    const options = '{\npolicy sequential\nfailover refused SERVFAIL\n}';
    const cases = [
      [[refusing, alive], '2'],
      [[refusing, failing], 'SERVFAIL'],
      [[refusing], 'REFUSED'],
    ] as const;
    for (const [servers, expected] of cases) {
      const made = await start(`forward . ${servers.map(({ port }) => `127.0.0.1:${port}`).join(' ')} ${options}`);
      expect(await outcome(made)).toBe(expected);
    }
    expect(refusing.received).toHaveLength(3);
  });

  test('next and next_on_nodata hand the query to the next forward line, never further', async () => {
    const nothing = await serve((message) => respond(message));
    const absent = await serve((message) => respond(message, { rcode: RCODE.NXDOMAIN }));
    const alive = await answering(3);
    const cases = [
      [`forward . ${to(nothing)} {\nnext_on_nodata\n}\nforward . ${to(alive)}`, '3'],
      [`forward . ${to(absent)} {\nnext nxdomain\n}\nforward . ${to(alive)}`, '3'],
      [`forward . ${to(absent)} {\nnext SERVFAIL\n}\nforward . ${to(alive)}`, 'NXDOMAIN'],
      [`forward . ${to(absent)} {\nnext nxdomain\n}`, 'NXDOMAIN'],
      [`forward . ${to(absent)} {\nnext nxdomain\n}\nforward other ${to(alive)}`, 'YXDOMAIN'],
    ] as const;
    for (const [text, expected] of cases) expect([text, await outcome(await start(text))]).toEqual([text, expected]);
  });

  test('max_concurrent refuses what is above it', async () => {
    const server = await serve(async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      return answer(message, 1);
    });
    const made = await start(`forward . 127.0.0.1:${server.port} {\nmax_concurrent 1\n}`);
    expect(await Promise.all([outcome(made), outcome(made)])).toEqual([
      '1',
      'REFUSED: concurrent queries exceeded maximum 1',
    ]);
    expect(await outcome(made)).toBe('1');
    expect(made.metrics.expose()).toContain('coredns_forward_max_concurrent_rejects_total 1\n');
  });

  test('stop answers what waits', async () => {
    const server = await serve(() => undefined);
    const made = await start(`forward . 127.0.0.1:${server.port}`);
    const waiting = outcome(made);
    await until(() => server.received.length > 0);
    await made.instance.stop?.('shutdown');
    expect(await waiting).toBe('SERVFAIL: use of closed network connection');
  });
});

describe('one question of many clients', () => {
  async function slow(milliseconds: number): Promise<ScriptedUpstream> {
    return serve(async (message) => {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      return answer(message, 1);
    });
  }

  test('is asked once; everybody gets an answer with the own id and letters', async () => {
    const server = await serve(async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return answer(message, 1);
    });
    const made = await start(`forward . ${to(server)}`);
    const asked = ['www.example.org', 'WWW.example.org', 'wWw.ExAmPlE.oRg'].map(async (name, i) => {
      const query = testQuery({ name, message: { id: i + 1 } });
      const reply = await made.instance.handle?.(query, () => null);
      const { id, questions, answers } = toMessage(query, reply ?? makeReply(query));
      return [id, questions[0]?.name.text, answers.length];
    });
    expect(await Promise.all(asked)).toEqual([
      [1, 'www.example.org.', 1],
      [2, 'WWW.example.org.', 1],
      [3, 'wWw.ExAmPlE.oRg.', 1],
    ]);
    expect(server.received).toHaveLength(1);
    // What is answered is forgotten.
    expect(await outcome(made)).toBe('1');
    expect(server.received).toHaveLength(2);
  });

  const others: readonly { readonly what: string; readonly other: Partial<TestQuery> }[] = [
    { what: 'type', other: { type: 'AAAA' } },
    { what: 'name', other: { name: 'wwx.example.org' } },
    { what: 'CD bit', other: { message: { checkingDisabled: true } } },
    { what: 'RD bit', other: { message: { recursionDesired: false } } },
    { what: 'DO bit', other: { message: { edns: createEdns(1232, { dnssecOk: true }) } } },
    { what: 'payload size', other: { message: { edns: createEdns(4096) } } },
    {
      what: 'EDNS option',
      other: { message: { edns: createEdns(1232, { options: [{ code: 8, data: new Uint8Array(4) }] }) } },
    },
    { what: 'transport', other: { transport: 'tcp' } },
  ];
  test.for(others)('another $what is another question', async ({ other }) => {
    const server = await slow(40);
    const made = await start(`forward . ${to(server)}`);
    const usual = { name: 'www.example.org', message: { edns: createEdns(1232) } };
    await Promise.all([made.ask(usual), made.ask({ ...usual, ...other }), made.ask(usual)]);
    expect(server.received).toHaveLength(2);
  });

  test('a failure is everybody’s, and each counts for max_concurrent', async () => {
    const server = await serve(() => undefined);
    const made = await start(
      `forward . ${to(server)} {\nread_timeout 60ms\nmax_concurrent 2\nmax_connect_attempts 1\n}`,
    );
    expect(await Promise.all([outcome(made), outcome(made), outcome(made)])).toEqual([
      expect.stringMatching(/^SERVFAIL: read udp .*timeout$/),
      expect.stringMatching(/^SERVFAIL: read udp .*timeout$/),
      'REFUSED: concurrent queries exceeded maximum 2',
    ]);
    expect(server.received.filter((line) => line.includes('www'))).toHaveLength(1);
    expect(await outcome(made)).toMatch(/^SERVFAIL/);
  });
});

describe('an upstream that is silent', () => {
  test('costs the client only a moment, and the next client nothing', async () => {
    const [silent, alive] = [await serve(() => undefined), await answering(2)];
    const made = await start(`forward . ${to(silent)} ${to(alive)} {\npolicy sequential\n}`);
    let begin = performance.now();
    expect(await outcome(made)).toBe('2');
    // Nothing is known of it yet: 376 ms.
    expect(performance.now() - begin).toBeLessThan(700);
    begin = performance.now();
    expect(await outcome(made, 'next.example')).toBe('2');
    expect(performance.now() - begin).toBeLessThan(100);
    expect(silent.received.filter((line) => line.includes('next'))).toEqual([]);
  });

  test('is known by how fast it was before', async () => {
    const [first, alive] = [await answering(1), await answering(2)];
    const made = await start(`forward . ${to(first)} ${to(alive)} {\npolicy sequential\n}`);
    for (let i = 0; i < 5; i++) expect(await outcome(made)).toBe('1');
    first.script = () => undefined;
    const begin = performance.now();
    expect(await outcome(made)).toBe('2');
    expect(performance.now() - begin).toBeLessThan(250);
    first.script = (message) => answer(message, 1);
    await until(async () => (await outcome(made)) === '1');
  });

  test('may still answer first', async () => {
    const slow = await serve(async (message) => {
      await new Promise((resolve) => setTimeout(resolve, 450));
      return answer(message, 1);
    });
    const silent = await serve(() => undefined);
    const made = await start(`forward . ${to(slow)} ${to(silent)} {\npolicy sequential\n}`);
    expect(await outcome(made)).toBe('1');
    expect(silent.received.filter((line) => line.includes('www'))).toHaveLength(1);
  });
});

describe('SERVFAIL of one upstream', () => {
  const failing: Script = (message) => respond(message, { rcode: RCODE.SERVFAIL });

  test('does not hide the answer of another', async () => {
    const [bad, good] = [await serve(failing), await answering(2)];
    const made = await start(`forward . ${to(bad)} ${to(good)} {\npolicy sequential\n}`);
    expect(await outcome(made)).toBe('2');
  });

  test('is the answer when the others have no better one, soon', async () => {
    const bad = await serve(failing);
    const cases = [
      [await serve(failing), 'SERVFAIL'],
      [await serve(() => undefined), 'SERVFAIL'],
      [{ port: await deadPort() }, 'SERVFAIL'],
    ] as const;
    for (const [other, expected] of cases) {
      const made = await start(`forward . ${to(bad)} 127.0.0.1:${other.port} {\npolicy sequential\n}`);
      const begin = performance.now();
      expect(await outcome(made)).toBe(expected);
      expect(performance.now() - begin).toBeLessThan(700);
    }
  });

  test('asks two others at most, and none where failover says which rcodes count', async () => {
    const servers = [await serve(failing), await serve(failing), await serve(failing), await answering(4)];
    const list = servers.map(to).join(' ');
    expect(await outcome(await start(`forward . ${list} {\npolicy sequential\n}`))).toBe('SERVFAIL');
    expect(await outcome(await start(`forward . ${list} {\npolicy sequential\nfailover REFUSED\n}`))).toBe('SERVFAIL');
    expect(servers.map(({ received }) => received.length)).toEqual([2, 1, 1, 0]);
  });
});

test('metrics', async () => {
  const server = await serve((message) => respond(message, { rcode: RCODE.NXDOMAIN }));
  const made = await start(`forward . 127.0.0.1:${server.port}`);
  await made.ask({ name: 'a' });
  await made.ask({ name: 'a' });
  const to = `proxy_name="forward",to="127.0.0.1:${server.port}"`;
  for (const line of [
    `coredns_proxy_request_duration_seconds_count{${to},rcode="NXDOMAIN"} 2`,
    `coredns_proxy_conn_cache_misses_total{${to},proto="udp"} 1`,
    `coredns_proxy_conn_cache_hits_total{${to},proto="udp"} 1`,
    'coredns_forward_healthcheck_broken_total 0',
    'coredns_forward_max_concurrent_rejects_total 0',
  ]) {
    expect(made.metrics.expose()).toContain(`${line}\n`);
  }
});

describe('destinations', () => {
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };

  test('a host name is looked up at the start, one that has no address refuses the configuration', async () => {
    const server = await answering(4);
    const made = await start(`forward . localhost:${server.port} {\npolicy sequential\n}`);
    expect(await outcome(made)).toBe('4');
    const absent = setUp(forward, 'forward . absent.invalid');
    expect(absent.problems).toEqual([]);
    await expect(absent.instance.start?.()).rejects.toThrow('failed to resolve "absent.invalid"');
  });

  test('resolver answers for host names', async () => {
    const server = await answering(5);
    const resolver = await serve((message) => {
      const [question] = message.questions;
      return question?.type === 1
        ? respond(message, { answers: [A.make(question.name, 9, { address: Uint8Array.of(127, 0, 0, 1) })] })
        : respond(message);
    });
    const made = await start(
      `forward . dns.example:${server.port} {\nresolver 127.0.0.1:${await deadPort()} 127.0.0.1:${resolver.port}\n}`,
    );
    expect(await outcome(made)).toBe('5');
  });

  test('a file that changes is read again; what is of no use in it changes nothing', { timeout: 20_000 }, async () => {
    const path = file('changing', 'nameserver 127.0.0.71\n');
    const made = await start(`forward . ${path} {\nread_timeout 50ms\nmax_connect_attempts 1\n}`);
    const asks = async (): Promise<string | undefined> => {
      const metadata = new Map<string, () => string>();
      await made.ask({ name: 'a', metadata });
      return metadata.get('forward/upstream')?.();
    };
    expect(await asks()).toBe('127.0.0.71:53');
    await new Promise((resolve) => setTimeout(resolve, 100));
    writeFileSync(path, 'nameserver 127.0.0.72\n');
    await until(async () => (await asks()) === '127.0.0.72:53');
    expect(made.log).toEqual(['[INFO] A file of upstreams has changed, queries go to 127.0.0.72:53']);
    writeFileSync(path, 'search example.org\n');
    await until(() => made.log.length === 2);
    expect(made.log[1]).toBe('[WARNING] A file of upstreams has changed and names none: the ones before are kept');
    expect(await asks()).toBe('127.0.0.72:53');
  });

  test('a file gives its nameservers, at port 53; duplicates count once', async () => {
    const path = file(
      'rc',
      '# nameserver 127.0.0.3\nsearch a\nnameserver 127.0.0.1 x\n nameserver fe80::1%lo\nnameserver 127.0.0.1\nnameserver ::1\noptions ndots:5\n',
    );
    const made = setUp(forward, `forward . ${path} dns://127.0.0.1 tls://127.0.0.1:53`);
    expect(made.problems).toEqual([]);
  });
});
