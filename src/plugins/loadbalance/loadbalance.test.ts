import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseRecord, printRecord } from '../../dns/presentation.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeReply, type Reply, type ReplyParts } from '../../plugin-api/reply.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { loadbalance } from './loadbalance.ts';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'loadbalance-'));
});
afterAll(async () => await rm(folder, { recursive: true }));

/** Addresses and others by their last word, so that orders are short: `1` is 10.0.0.1. */
const records = ['x MX 1 m1', 'x TXT t', 'x A 10.0.0.1', 'x CNAME c', 'x A 10.0.0.2', 'x AAAA fd00::3', 'x MX 2 m2'];

function answer(parts: ReplyParts = {}): (query: Query) => Reply {
  return (query) => makeReply(query, { answers: records.map((text) => parseRecord(text)), ...parts });
}

function order(reply: Reply | null): string {
  return (reply?.answers ?? [])
    .map((record) =>
      printRecord(record)
        .replaceAll('"', '')
        .replace(/^.*[ .:](\w+)\.?$/, '$1'),
    )
    .join(' ');
}

/** Random numbers of a test, over and over. */
function numbers(...values: readonly number[]): () => number {
  let i = 0;
  return () => values[i++ % values.length] ?? 0;
}

describe('round_robin', () => {
  test('groups, and shuffles addresses and MX', async () => {
    const last = setUp(loadbalance, 'loadbalance', { random: () => 0.999 });
    expect(order(await last.ask({ name: 'x' }, answer()))).toBe('c t 1 2 3 m1 m2');
    const first = setUp(loadbalance, 'loadbalance round_robin', { random: () => 0 });
    expect(order(await first.ask({ name: 'x' }, answer()))).toBe('c t 2 3 1 m2 m1');
  });

  test('every order of two is as likely', async () => {
    const setup = setUp(loadbalance, 'loadbalance');
    const two = answer({ answers: [parseRecord('x A 10.0.0.1'), parseRecord('x A 10.0.0.2')] });
    let swapped = 0;
    for (let i = 0; i < 1000; i++) if (order(await setup.ask({ name: 'x' }, two)) === '2 1') swapped++;
    expect(swapped).toBeGreaterThan(400);
    expect(swapped).toBeLessThan(600);
  });

  test.each<[what: string, type: string, reply: (query: Query) => Reply]>([
    ['NXDOMAIN', 'A', answer({ rcode: 3 })],
    ['a transfer', 'AXFR', answer()],
  ])('%s stays as it is', async (_what, type, reply) => {
    const setup = setUp(loadbalance, 'loadbalance', { random: () => 0 });
    expect(order(await setup.ask({ name: 'x', type }, reply))).toBe('m1 t 1 c 2 3 m2');
  });

  test('prefer', async () => {
    const setup = setUp(
      loadbalance,
      'loadbalance {\n prefer fd00::/8\n}\nloadbalance round_robin {\n prefer 10.0.0.2/32\n}',
      { random: () => 0.999 },
    );
    expect(setup.problems).toEqual([]);
    expect(order(await setup.ask({ name: 'x' }, answer()))).toBe('c 3 2 1 m1 m2 t');
  });
});

describe('weighted', () => {
  test('puts one address first, and reads the file again', async () => {
    const file = join(folder, 'weights');
    await writeFile(file, '# weights\n\nother\n10.0.0.1 200\nX.\n10.0.0.1 1\n10.0.0.2 2\nfd00::3 1\n');
    const setup = setUp(loadbalance, `loadbalance weighted ${file} {\n reload 20ms\n}`, {
      random: numbers(0, 0.24, 0.25, 0.74, 0.75, 0.99),
    });
    await setup.instance.start?.();
    try {
      const seen: string[] = [];
      for (let i = 0; i < 6; i++) seen.push(order(await setup.ask({ name: 'x' }, answer())));
      const [one, two, three] = ['c t 1 2 3 m1 m2', 'c t 2 1 3 m1 m2', 'c t 3 2 1 m1 m2'];
      expect(seen).toEqual([one, one, two, two, three, three]);
      expect(order(await setup.ask({ name: 'x', type: 'MX' }, answer()))).toBe('m1 t 1 c 2 3 m2');
      expect(setup.log).toEqual([`[INFO] Successfully reloaded weight file ${file}`]);
      await writeFile(file, 'x\n10.0.0.1 256\n');
      await expect.poll(() => setup.log[1]).toBe(`[ERROR] wrong weight value:"256" in weight file ${file}`);
    } finally {
      await setup.instance.stop?.('shutdown');
    }
  });

  test('a file that is not there may come', async () => {
    const setup = setUp(loadbalance, 'loadbalance weighted /none/here');
    await setup.instance.start?.();
    await setup.instance.stop?.('shutdown');
    expect(setup.log).toEqual(['[WARNING] Failed to open weight file:weight file open error. Will try again in 30s']);
    const never = setUp(loadbalance, 'loadbalance weighted /none/here {\n reload 0s\n}');
    await expect(never.instance.start?.()).rejects.toThrow('weight file open error');
  });

  test.each([
    ['10.0.0.1 3', 'missing domain name'],
    ['x\n10.0.0.1 3 4', 'could not parse weight line:"10.0.0.1 3 4"'],
    ['x\ny 3', 'wrong IP address:"y"'],
    ['x\n10.0.0.1 0', 'wrong weight value:"0"'],
    ['a..b', 'wrong domain name:"a..b"'],
  ])('%j stops the start', async (content, message) => {
    const file = join(folder, 'bad');
    await writeFile(file, content);
    const setup = setUp(loadbalance, `loadbalance weighted ${file}`);
    await expect(setup.instance.start?.()).rejects.toThrow(`${message} in weight file ${file}`);
  });
});

test.each([
  ['loadbalance other', 'option/value'],
  ['loadbalance round_robin x', 'option/arguments'],
  ['loadbalance weighted', 'option/arguments'],
  ['loadbalance weighted a b', 'option/arguments'],
  ['loadbalance {\n reload 1s\n}', 'loadbalance/option'],
  ['loadbalance weighted a {\n prefer 10.0.0.0/8\n}', 'loadbalance/option'],
  ['loadbalance weighted a {\n reload -1s\n}', 'option/value'],
  ['loadbalance {\n prefer 10.0.0.1\n}', 'option/value'],
  ['loadbalance {\n other\n}', 'option/unknown'],
])('%s is refused', (directive, code) => {
  expect(setUp(loadbalance, directive).problems.map((problem) => problem.code)).toEqual([code]);
});
