import { afterEach, describe, expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import type { BlockContext } from '../../plugin-api/context.ts';
import { setUp, sharedValues, testBlock, TestHttpEndpoints, type TestSetup } from '../../plugin-api/testing.ts';
import { ready } from './ready.ts';

/** Names of plugins of a block, and whether each is ready; undefined for those that are always. */
type Block = Readonly<Record<string, boolean | undefined>>;

const running: TestSetup[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(async ({ instance }) => instance.stop?.('shutdown')));
});

interface Started {
  readonly http: TestHttpEndpoints;
  readonly setups: readonly TestSetup[];
  /** The instances ask for it each time. */
  readonly blocks: Record<string, boolean | undefined>[];
}

/** Blocks of one configuration, each with a `ready` line. */
async function start(...given: readonly (readonly [directives: string, block: Block])[]): Promise<Started> {
  const http = new TestHttpEndpoints();
  const shared = sharedValues();
  const blocks = given.map(([, block]) => ({ ...block }));
  const setups = given.map(([directives], i) => {
    const block = blocks[i] ?? {};
    const template = setUp(ready, directives).instance;
    const instances: BlockContext['instances'] = () => [
      { name: 'ready', instance: template },
      ...Object.entries(block).map(([name, state]) => ({
        name,
        instance: state === undefined ? {} : { ready: () => block[name] ?? false },
      })),
    ];
    return setUp(ready, directives, { http, shared, block: testBlock({ instances }) });
  });
  for (const made of setups) {
    expect(made.problems).toEqual([]);
    await made.instance.start?.();
    running.push(made);
  }
  return { http, setups, blocks };
}

const AT = 'ready 127.0.0.1:0';

test('without plugins that load something it is ready at once', async () => {
  const { http } = await start([AT, { whoami: undefined }]);
  expect(await http.get('/ready')).toBe('200 OK');
  expect(await http.get('/')).toMatch(/^404/);
});

test('it waits for all of them, and says for which', async () => {
  const { http, blocks, setups } = await start([AT, { kubernetes: false, whoami: undefined, erratic: false }]);
  const [block] = blocks;
  if (block === undefined) throw new TypeError('no block');
  expect(await http.get('/ready')).toBe('503 erratic,kubernetes');
  block['kubernetes'] = true;
  expect(await http.get('/ready')).toBe('503 erratic');
  block['erratic'] = true;
  expect(await http.get('/ready')).toBe('200 OK');
  expect(setups[0]?.log).toEqual([
    '[INFO] Plugins not ready: "erratic,kubernetes"',
    '[INFO] Plugins not ready: "erratic"',
  ]);
});

describe('a plugin that is not ready any more', () => {
  test.each([
    [AT, '200 OK'],
    [`${AT} {\n monitor until-ready\n}`, '200 OK'],
    [`${AT} {\n monitor continuously\n}`, '503 kubernetes'],
    [`${AT} {\n monitor continuously\n monitor until-ready\n}`, '200 OK'],
  ])('with %j: %s', async (directives, expected) => {
    const { http, blocks } = await start([directives, { kubernetes: true }]);
    expect(await http.get('/ready')).toBe('200 OK');
    Object.assign(blocks[0] ?? {}, { kubernetes: false });
    expect(await http.get('/ready')).toBe(expected);
  });
});

describe('several blocks', () => {
  test('are ready when each of them is, wherever one asks', async () => {
    const { http, blocks } = await start([AT, { kubernetes: true }], [AT, { erratic: false }]);
    const [first, second] = http.ports;
    const ask = async (port: number | undefined): Promise<number> =>
      (await fetch(`http://127.0.0.1:${port}/ready`)).status;
    expect([await ask(first), await ask(second)]).toEqual([503, 503]);
    Object.assign(blocks[1] ?? {}, { erratic: true });
    expect([await ask(first), await ask(second)]).toEqual([200, 200]);
  });

  test('with the same plugin: the last one speaks for it', async () => {
    const { http, blocks } = await start([AT, { kubernetes: false }], [AT, { kubernetes: true }]);
    expect(await http.get('/ready')).toBe('200 OK');
    expect(blocks[0]).toEqual({ kubernetes: false });
  });

  test('are all watched as the last line says', async () => {
    const { http, blocks } = await start([AT, { kubernetes: true }], [`${AT} {\n monitor continuously\n}`, {}]);
    expect(await http.get('/ready')).toBe('200 OK');
    Object.assign(blocks[0] ?? {}, { kubernetes: false });
    expect(await http.get('/ready')).toBe('503 kubernetes');
  });
});

test('the endpoint goes first when the process stops', async () => {
  const { http, setups } = await start([AT, {}]);
  await setups[0]?.instance.drain?.();
  await expect(http.get('/ready')).rejects.toThrow('fetch failed');
  await setups[0]?.instance.stop?.('shutdown');
});

test('an address that cannot be had is an error in the log, and no more', async () => {
  const { setups } = await start(['ready 192.0.2.1:8181', {}]);
  expect(setups[0]?.log).toEqual([
    '[ERROR] no readiness endpoint: cannot listen on tcp 192.0.2.1:8181: this machine has no such address; name one that it has',
  ]);
});

test.each([
  ['ready 8181', 'Corefile:2:7: "8181" is not an address with a port (write ":8181")'],
  ['ready :8181 x', 'Corefile:2:13: "ready" takes one argument, "x" is one too many (write: ready [[HOST]:PORT])'],
  ['ready {\n monitor\n}', 'Corefile:3:2: "monitor" needs an argument (write: monitor until-ready|continuously)'],
  [
    'ready {\n monitor continuous\n}',
    'Corefile:3:10: "continuous" is not one of until-ready, continuously (did you mean "continuously"?)',
  ],
  ['ready {\n monitor continuously x\n}', 'Corefile:3:23: "monitor" takes one argument, "x" is one too many'],
  ['ready {\n watch\n}', 'Corefile:3:2: plugin ready has no option "watch" (ready has: monitor)'],
])('%j is refused', (directives, problem) => {
  expect(setUp(ready, directives).problems.map(describeProblem)[0]).toContain(problem);
});

test('stands once in a block', () => {
  expect(ready.repeatable).toBe(false);
});
