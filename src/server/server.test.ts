import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { RCODE } from '../dns/codes.ts';
import { ListenError } from '../transport/listen-error.ts';
import { ConfigurationRefused, Server } from './server.ts';
import { askServer, testOptions, wordsOf } from './testing.ts';

const running: Server[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
});

/** A server on a free port; `source.text` may be changed before a reload, with PORT for the port. */
async function start(corefile: string): Promise<{
  readonly server: Server;
  readonly port: number;
  readonly source: { text: string };
  readonly log: string[];
  readonly exposition: () => string;
}> {
  const port = await freePort();
  const source = { text: corefile.replaceAll('PORT', String(port)) };
  const { options, log, metrics } = testOptions(source);
  const server = await Server.start(options);
  running.push(server);
  return { server, port, source, log, exposition: () => metrics.expose() };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe('a server', () => {
  it('answers by UDP and TCP, and by the longest zone', async () => {
    const { port } = await start('.:PORT {\n say root\n}\nexample.org:PORT {\n say org\n}\n');
    expect(wordsOf(await askServer(port, 'www.Example.ORG'))).toEqual(['org']);
    expect(wordsOf(await askServer(port, 'example.com', { transport: 'tcp' }))).toEqual(['root']);
  });

  it('answers by the view that lets a query in', async () => {
    const { port } = await start('.:PORT {\n only TXT\n say text\n}\n.:PORT {\n say rest\n}\n');
    expect(wordsOf(await askServer(port, 'a.test'))).toEqual(['text']);
    expect(wordsOf(await askServer(port, 'a.test', { type: 'MX' }))).toEqual(['rest']);
  });

  it.each([
    ['a zone that nobody serves', 'org:PORT {\n say x\n}', { name: 'example.com' }, RCODE.REFUSED],
    ['a block without plugins in the chain', '.:PORT {\n quiet\n}', { name: 'example.com' }, RCODE.REFUSED],
    ['a plugin that throws', '.:PORT {\n say x {\n throws\n }\n}', { name: 'example.com' }, RCODE.SERVFAIL],
    [
      'names that lead back to themselves',
      '.:PORT {\n say x {\n loops\n }\n}',
      { name: 'example.com' },
      RCODE.SERVFAIL,
    ],
    ['the end of the chain', '.:PORT {\n say x {\n passes\n }\n}', { name: 'example.com' }, RCODE.SERVFAIL],
  ])('answers for %s', async (_what, corefile, { name }, rcode) => {
    const { port } = await start(corefile);
    const reply = await askServer(port, name);
    expect(reply).toMatchObject({ rcode, response: true, answers: [], recursionDesired: true });
    expect(reply.questions[0]?.name.text).toBe('example.com.');
  });

  it('counts a panic, says where it was, and goes on', async () => {
    const { port, log, exposition } = await start('.:PORT {\n say words {\n throws\n }\n}');
    await askServer(port, 'a.test');
    await askServer(port, 'b.test');
    expect(log).toContain(`[ERROR] Recovered from panic in server: "dns://:${port}" no words`);
    expect(exposition()).toContain('coredns_panics_total 2\n');
    expect(exposition()).toMatch(
      /coredns_dns_responses_total\{server="dns:\/\/:\d+",zone="dropped",view="",rcode="SERVFAIL",plugin=""\} 2\n/,
    );
  });

  it('recovers from what is thrown when a reply comes, in whatever brings it', async () => {
    const { port, log, exposition } = await start('.:PORT {\n say words {\n spoils\n }\n}');
    const replies = await Promise.all(['a.test', 'b.test'].map(async (name) => askServer(port, name)));
    expect(replies.map(({ rcode }) => rcode)).toEqual([RCODE.SERVFAIL, RCODE.SERVFAIL]);
    expect(log).toContain(`[ERROR] Recovered from panic in server: "dns://:${port}" no more words`);
    expect(exposition()).toContain('coredns_panics_total 2\n');
  });

  it('says nothing where a plugin wants that', async () => {
    const { port } = await start('.:PORT {\n say x {\n silent\n }\n}');
    await expect(askServer(port, 'a.test', { timeout: 200 })).rejects.toThrow();
  });

  it('tells an unknown EDNS version what it knows', async () => {
    const { port } = await start('.:PORT {\n say x\n}');
    const edns = { payloadSize: 1232, version: 1, flags: 0, dnssecOk: false, options: [] };
    const reply = await askServer(port, 'a.test', { message: { edns } });
    expect(reply).toMatchObject({ rcode: RCODE.BADVERS, answers: [], edns: { version: 0, payloadSize: 0 } });
  });

  it('refuses classes other than IN', async () => {
    const { port } = await start('.:PORT {\n say x\n}');
    const [question] = (await askServer(port, 'version.bind')).questions;
    if (question === undefined) throw new Error('no question came back');
    const reply = await askServer(port, 'version.bind', { message: { questions: [{ ...question, class: 3 }] } });
    expect(reply.rcode).toBe(RCODE.REFUSED);
  });
});

describe('a reload', () => {
  it('changes what is answered and keeps the sockets', async () => {
    const { server, port, source, log } = await start('.:PORT {\n say before\n}');
    source.text = `.:${port} {\n say after\n}`;
    await server.reload();
    expect(wordsOf(await askServer(port, 'a.test'))).toEqual(['after']);
    expect(log).toEqual([
      '[INFO] plugin/say: start before',
      '[INFO] plugin/say: serving before',
      '[INFO] Reloading',
      '[INFO] plugin/say: start after',
      '[INFO] plugin/say: serving after',
      '[INFO] plugin/say: stop before for reload',
      '[INFO] Reloading complete',
    ]);
  });

  it('prints debug lines as long as a block wants them', async () => {
    const { server, port, source, log } = await start('.:PORT {\n quiet\n say x {\n chatty\n }\n}');
    source.text = `.:${port} {\n say y {\n chatty\n }\n}`;
    await server.reload();
    source.text = `.:${port} {\n verbose\n say z {\n chatty\n }\n}`;
    await server.reload();
    source.text = `.:${port} {\n say y {\n chatty\n }\n}`;
    await server.reload();
    expect(log.filter((line) => line.startsWith('[DEBUG]'))).toEqual(['[DEBUG] plugin/say: z']);
  });

  it('opens and closes listeners as the new configuration wants', async () => {
    const { server, port, source } = await start('.:PORT {\n say one\n}');
    const other = await freePort();
    source.text = `.:${other} {\n say two\n}`;
    await server.reload();
    expect(wordsOf(await askServer(other, 'a.test'))).toEqual(['two']);
    await expect(askServer(port, 'a.test', { transport: 'tcp', timeout: 300 })).rejects.toThrow();
  });

  it.each([
    ['a syntax error', '.:PORT {\n say x\n'],
    ['an unknown directive', '.:PORT {\n sai x\n}'],
    ['a plugin that cannot start', '.:PORT {\n say x {\n refuses\n }\n}'],
    ['an address that this machine does not have', '.:PORT {\n bind 192.0.2.77\n say x\n}'],
  ])('with %s is refused, and nothing changes', async (_what, corefile) => {
    const { server, port, source } = await start('.:PORT {\n say before\n}');
    source.text = corefile.replaceAll('PORT', String(port));
    await expect(server.reload()).rejects.toThrow();
    expect(wordsOf(await askServer(port, 'a.test'))).toEqual(['before']);
    source.text = `.:${port} {\n say after\n}`;
    await server.reload();
    expect(wordsOf(await askServer(port, 'a.test'))).toEqual(['after']);
  });

  it('lets queries in the works finish under the configuration that took them', async () => {
    const { server, port, source, log } = await start('.:PORT {\n say slow {\n later\n }\n}');
    const asked = askServer(port, 'a.test');
    await new Promise((resolve) => setTimeout(resolve, 30));
    source.text = `.:${port} {\n say fast\n}`;
    await server.reload();
    expect(wordsOf(await asked)).toEqual(['slow']);
    expect(log.indexOf('[INFO] plugin/say: serving fast')).toBeLessThan(
      log.indexOf('[INFO] plugin/say: stop slow for reload'),
    );
  });

  it('loses no query while it happens', async () => {
    const { server, port, source } = await start('.:PORT {\n say one\n}');
    const asked = { enough: false };
    const asking = (async () => {
      let answers = 0;
      while (!asked.enough) {
        expect((await askServer(port, `n${answers}.test`)).rcode).toBe(RCODE.NOERROR);
        answers++;
      }
      return answers;
    })();
    for (const word of ['two', 'three', 'four', 'five']) {
      source.text = `.:${port} {\n say ${word}\n}`;
      await server.reload();
    }
    asked.enough = true;
    expect(await asking).toBeGreaterThan(0);
  });
});

describe('a start', () => {
  it('refuses a configuration with everything that is wrong with it', async () => {
    const { options } = testOptions({ text: '.:5353 {\n sai x\n geoip\n say\n}' });
    const refusal = await Server.start(options).catch((error: unknown) => error);
    if (!(refusal instanceof ConfigurationRefused)) throw new Error(`not refused: ${String(refusal)}`);
    expect(refusal.problems.map(({ code, place }) => `${place.line}:${place.column} ${code}`)).toEqual([
      '2:2 server/unknown-directive',
      '3:2 server/unsupported-plugin',
      '4:2 option/arguments',
    ]);
    expect(refusal.message).toBe('Corefile:2:2: there is no plugin "sai" (did you mean "say"?) (and 2 more)');
  });

  it('says which port is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen({ port: 0, host: '127.0.0.1' }, resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { options, log } = testOptions({ text: `.:${port} {\n bind 127.0.0.1\n say x\n}` });
    await expect(Server.start(options)).rejects.toThrow(ListenError);
    await expect(Server.start(options)).rejects.toThrow(
      `cannot listen on tcp 127.0.0.1:${port}: another program listens there already; stop it or choose another port`,
    );
    expect(log.at(-1)).toBe('[INFO] plugin/say: stop x for reload');
    await new Promise((resolve) => taken.close(resolve));
  });
});

describe('a stop', () => {
  it('drains while queries are answered, then stops everything', async () => {
    const { server, port, log } = await start('.:PORT {\n say bye\n}');
    expect(await server.stop()).toEqual([]);
    expect(log.slice(2)).toEqual(['[INFO] plugin/say: drain bye', '[INFO] plugin/say: stop bye for shutdown']);
    await expect(askServer(port, 'a.test', { transport: 'tcp', timeout: 300 })).rejects.toThrow();
  });

  it.each(['udp', 'tcp'] as const)('waits for queries in the works, by %s', async (transport) => {
    const { server, port } = await start('.:PORT {\n say last {\n later\n }\n}');
    const asked = askServer(port, 'a.test', { transport });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.stop();
    expect(wordsOf(await asked)).toEqual(['last']);
  });
});
