import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RequestLimiter, type RequestLimits, UNLIMITED } from './request-limiter.ts';

const { signal } = new AbortController();

function make(limits: Partial<RequestLimits>): RequestLimiter {
  return new RequestLimiter({ ...UNLIMITED, ...limits }, () => performance.now());
}

/** For each of so many requests that come together: how long it was held back as the limiter says, and really. */
async function times(limiter: RequestLimiter, requests: number): Promise<{ waited: number; took: number }[]> {
  const start = performance.now();
  const enter = async (): Promise<{ waited: number; took: number }> => {
    const { waited } = await limiter.enter(signal);
    return { waited, took: performance.now() - start };
  };
  return Promise.all(Array.from({ length: requests }, enter));
}

describe('RequestLimiter', () => {
  it('holds nothing back without limits', async () => {
    expect((await times(make({}), 100)).every(({ waited }) => waited === 0)).toBe(true);
  });

  it('lets a burst through, then the rate', async () => {
    const got = await times(make({ rate: 50, burst: 3 }), 6);
    expect(got.slice(0, 3).map(({ waited }) => waited)).toEqual([0, 0, 0]);
    for (const [i, { waited, took }] of got.slice(3).entries()) {
      expect(Math.abs(waited - (i + 1) * 20)).toBeLessThan(2);
      expect(took).toBeGreaterThanOrEqual((i + 1) * 20 - 2);
    }
  });

  it('fills the bucket again, up to the burst', async () => {
    const limiter = make({ rate: 100, burst: 2 });
    await times(limiter, 2);
    await sleep(100);
    const [first, second, third] = await times(limiter, 3);
    expect([first?.waited, second?.waited]).toEqual([0, 0]);
    expect(third?.took).toBeGreaterThanOrEqual(8);
  });

  it('says how long the rate held a request back', async () => {
    const limiter = make({ rate: 40, burst: 1 });
    expect((await limiter.enter(signal)).waited).toBe(0);
    const { waited } = await limiter.enter(signal);
    expect(waited).toBeGreaterThan(15);
    expect(waited).toBeLessThanOrEqual(25);
  });

  it('gives a place to the request that waits longest', async () => {
    const limiter = make({ inFlight: 2 });
    const entered: number[] = [];
    const enter = async (i: number): Promise<() => void> => {
      const { release } = await limiter.enter(signal);
      entered.push(i);
      return release;
    };
    const [first, second, third, fourth] = [1, 2, 3, 4].map((i) => enter(i));
    await sleep(5);
    expect(entered).toEqual([1, 2]);
    const release = await second;
    // The second call counts for nothing.
    release?.();
    release?.();
    await sleep(5);
    expect(entered).toEqual([1, 2, 3]);
    (await first)?.();
    (await third)?.();
    await fourth;
    expect(entered).toEqual([1, 2, 3, 4]);
  });

  it.each([
    ['the rate', { rate: 1, burst: 1 }],
    ['a place', { inFlight: 1 }],
  ])('forgets a request that gives up waiting for %s', async (_, limits) => {
    const limiter = make(limits);
    const { release } = await limiter.enter(signal);
    const controller = new AbortController();
    const waiting = limiter.enter(controller.signal);
    await sleep(5);
    controller.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(limiter.enter(controller.signal)).rejects.toThrow('enough');
    if (!('inFlight' in limits)) return;
    release();
    await limiter.enter(signal);
  });
});
