import { afterEach, describe, expect, test, vi } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { setUp, TestHttpEndpoints, type TestSetup } from '../../plugin-api/testing.ts';
import type { HttpRoute } from '../../transport/http-endpoints.ts';
import { health } from './health.ts';

const running: TestSetup[] = [];
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(running.splice(0).map(async ({ instance }) => instance.stop?.('shutdown')));
});

async function start(
  directives: string,
  parts: Partial<SetupContext> = {},
): Promise<TestSetup & { readonly http: TestHttpEndpoints }> {
  const http = new TestHttpEndpoints();
  const made = setUp(health, directives, { http, ...parts });
  expect(made.problems).toEqual([]);
  running.push(made);
  await made.instance.start?.();
  return { ...made, http };
}

describe('the endpoint', () => {
  test('says OK while the process runs, and is gone afterwards', async () => {
    const { http, instance } = await start('health 127.0.0.1:0');
    expect(await http.get('/health')).toBe('200 OK');
    expect(await http.get('/')).toMatch(/^404/);
    await instance.stop?.('shutdown');
    await expect(http.get('/health')).rejects.toThrow('fetch failed');
  });

  test('is that of the last line', async () => {
    const { http } = await start('health 192.0.2.1:8080\nhealth 127.0.0.1:0');
    expect(await http.get('/health')).toBe('200 OK');
  });

  test('that cannot be had refuses the configuration, and says where it stands', async () => {
    const { instance } = setUp(health, 'health 192.0.2.1:8080');
    await expect(instance.start?.()).rejects.toMatchObject({
      name: 'ConfigurationError',
      message: 'health: cannot listen on tcp 192.0.2.1:8080: this machine has no such address; name one that it has',
      place: { line: 2, column: 8 },
    });
  });
});

describe('lameduck', () => {
  test('delays the end while the endpoint answers', async () => {
    const { http, instance, log } = await start('health 127.0.0.1:0 {\n lameduck 150ms\n}');
    const began = performance.now();
    const drained = instance.drain?.();
    expect(await http.get('/health')).toBe('200 OK');
    await drained;
    expect(performance.now() - began).toBeGreaterThanOrEqual(145);
    expect(log).toEqual(['[INFO] Going into lameduck mode for 150ms']);
  });

  test.each(['health :0', 'health :0 {\n lameduck 0s\n}', 'health :0 {\n lameduck -5s\n}'])(
    'is not there with %j',
    async (directives) => {
      const { instance, log, problems } = setUp(health, directives);
      expect(problems).toEqual([]);
      const began = performance.now();
      await instance.drain?.();
      expect(performance.now() - began).toBeLessThan(50);
      expect(log).toEqual([]);
    },
  );
});

/** Endpoints that accept, and answer late or never. */
class SlowEndpoints extends TestHttpEndpoints {
  readonly #delay: number;

  constructor(delay: number) {
    super();
    this.#delay = delay;
  }

  override async open(...[host, port, path, handler]: Parameters<TestHttpEndpoints['open']>): Promise<HttpRoute> {
    return super.open(host, port, path, (request, response) => {
      if (this.#delay < Infinity) setTimeout(() => handler(request, response), this.#delay);
    });
  }
}

describe('the check of itself', () => {
  const series = (made: TestSetup, name: string): string | undefined =>
    made.metrics
      .expose()
      .split('\n')
      .find((line) => line.startsWith(`coredns_health_request_${name} `))
      ?.split(' ')[1];

  test('counts how long answers take', { timeout: 10_000 }, async () => {
    const made = await start('health :0');
    expect(series(made, 'duration_seconds_count')).toBe('0');
    await vi.waitFor(() => expect(series(made, 'duration_seconds_count')).toBe('1'), 5000);
    expect(series(made, 'failures_total')).toBe('0');
    expect(made.log).toEqual([]);
  });

  test('warns of slow answers', { timeout: 10_000 }, async () => {
    const made = await start('health 127.0.0.1:0', { http: new SlowEndpoints(1100) });
    await vi.waitFor(() => expect(made.log).toHaveLength(1), 5000);
    expect(made.log[0]).toMatch(
      /^\[WARNING\] Local health request to "http:\/\/127\.0\.0\.1:\d+\/health" took more than 1s: 1\.[12]\d*s$/,
    );
    expect(series(made, 'duration_seconds_count')).toBe('1');
  });

  test('counts answers that do not come', { timeout: 10_000 }, async () => {
    const made = await start('health 127.0.0.1:0', { http: new SlowEndpoints(Infinity) });
    await vi.waitFor(() => expect(made.log).toHaveLength(1), 8000);
    expect(made.log[0]).toMatch(/^\[WARNING\] Local health request to ".*" failed: no answer within 3s$/);
    expect(series(made, 'failures_total')).toBe('1');
  });

  test('ends in silence', async () => {
    const made = await start('health 127.0.0.1:0', { http: new SlowEndpoints(Infinity) });
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await made.instance.stop?.('shutdown');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(made.log).toEqual([]);
    expect(series(made, 'failures_total')).toBe('0');
  });
});

test.each([
  ['health 127.0.0.1', 'Corefile:2:8: "127.0.0.1" is not an address with a port (write HOST:PORT, or :PORT for all'],
  ['health 8080', 'Corefile:2:8: "8080" is not an address with a port (write ":8080")'],
  ['health :99999', 'Corefile:2:8: 99999 is no port (ports go up to 65535)'],
  ['health :8080 :8081', 'Corefile:2:14: "health" takes one argument, ":8081" is one too many'],
  ['health {\n lameduck\n}', 'Corefile:3:2: "lameduck" needs an argument (write: lameduck DURATION)'],
  ['health {\n lameduck 5\n}', 'Corefile:3:11: "5" is not a duration (a unit is missing: 5s?)'],
  ['health {\n lameduck 5s 6s\n}', 'Corefile:3:14: "lameduck" takes one argument'],
  ['health {\n lame_duck 5s\n}', 'Corefile:3:2: plugin health has no option "lame_duck" (did you mean "lameduck"?)'],
])('%j is refused', (directives, problem) => {
  expect(setUp(health, directives).problems.map(describeProblem)[0]).toContain(problem);
});
