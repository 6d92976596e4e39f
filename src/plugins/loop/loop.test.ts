import { afterEach, describe, expect, test } from 'vitest';
import type { BlockContext } from '../../plugin-api/context.ts';
import { DomainName } from '../../dns/name.ts';
import { defaultSettings } from '../../plugin-api/settings.ts';
import { setUp, type TestSetup } from '../../plugin-api/testing.ts';
import { respond, type Script, ScriptedUpstream } from '../../transport/upstream/testing.ts';
import { loop } from './loop.ts';

const open: { stop: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map(async (thing) => thing.stop()));
});

/** The plugin in a block whose listener is a scripted server. */
async function start(
  script: Script,
  address: string | undefined = '127.0.0.1',
): Promise<TestSetup & { readonly server: ScriptedUpstream }> {
  const server = await ScriptedUpstream.open(script);
  open.push({ stop: () => server.close() });
  const zones = [DomainName.parse('example.org.'), DomainName.parse('example.net.')];
  const block: BlockContext = {
    zones,

    servers: () => [],
    listeners: () => [{ address, port: server.port }],
    settings: defaultSettings,
    instances: () => [],
  };
  const made = setUp(loop, 'loop', { block });
  open.push({ stop: async () => made.instance.stop?.('shutdown') });
  made.instance.serving?.();
  return { ...made, server };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('loop', () => {
  test('asks itself for a name that nobody else asks for, once', async () => {
    const made = await start((message) => respond(message), undefined);
    await until(() => made.server.received.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(made.server.received).toEqual([expect.stringMatching(/^udp \d+\.\d+\.example\.org\.$/)]);
  });

  test('ends the server when the query passes a third time', async () => {
    const made = await start(() => undefined);
    await until(() => made.server.received.length > 0);
    const name = made.server.received[0]?.slice('udp '.length) ?? '';
    const client = { address: '127.0.0.1', port: 4711 };
    for (const [query, lines] of [
      [{ name, type: 'HINFO', client }, 0],
      [{ name, type: 'A', client }, 0],
      [{ name: `x.${name}`, type: 'HINFO', client }, 0],
      [{ name, type: 'HINFO', client }, 0],
      [{ name: name.toUpperCase(), type: 'HINFO', client }, 1],
    ] as const) {
      // It is handed on whatever happens.
      expect((await made.ask(query))?.unwritten).toBe(true);
      expect(made.log).toHaveLength(lines);
    }
    expect(made.log).toEqual([
      `[FATAL] plugin/loop: Loop (127.0.0.1:4711 -> 127.0.0.1:${made.server.port}) detected for zone "example.org.", ` +
        `see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO ${name}"`,
    ]);
  });

  test('asks again after a failure and counts anew; stop ends that', async () => {
    const made = await start(() => undefined);
    await until(() => made.server.received.length > 0);
    const name = made.server.received[0]?.slice('udp '.length) ?? '';
    for (let i = 0; i < 2; i++) await made.ask({ name, type: 'HINFO' });
    await until(() => made.server.received.length > 1);
    for (let i = 0; i < 2; i++) await made.ask({ name, type: 'HINFO' });
    expect(made.log).toEqual([]);
    await made.instance.stop?.('reload');
    for (let i = 0; i < 5; i++) await made.ask({ name, type: 'HINFO' });
    expect(made.log).toEqual([]);
  });

  test('takes no arguments', () => {
    expect(setUp(loop, 'loop detect').problems.map(({ code }) => code)).toEqual(['option/arguments']);
  });
});
