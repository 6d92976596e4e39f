import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { RequestLimiter, type RequestLimits, UNLIMITED } from './request-limiter.ts';

const { signal } = new AbortController();

function make(limits: Partial<RequestLimits>): RequestLimiter {
  return new RequestLimiter({ ...UNLIMITED, ...limits }, () => performance.now());
}

/** Milliseconds until each of so many requests that come together may be sent. */
async function times(limiter: RequestLimiter, requests: number): Promise<number[]> {
  const start = performance.now();
  const enter = async (): Promise<number> => {
    await limiter.enter(signal);
    return performance.now() - start;
  };
  return Promise.all(Array.from({ length: requests }, enter));
}

describe('RequestLimiter', () => {
  it('holds nothing back without limits', async () => {
    expect(Math.max(...(await times(make({}), 100)))).toBeLessThan(20);
  });

  it('lets a burst through, then the rate', async () => {
    const limiter = make({ rate: 50, burst: 3 });
    const got = await times(limiter, 6);
    expect(Math.max(...got.slice(0, 3))).toBeLessThan(15);
    for (const [i, time] of got.slice(3).entries()) {
      expect(time).toBeGreaterThanOrEqual((i + 1) * 20 - 2);
      expect(time).toBeLessThan((i + 1) * 20 + 50);
    }
  });

  it('fills the bucket again, up to the burst', async () => {
    const limiter = make({ rate: 100, burst: 2 });
    await times(limiter, 2);
    await sleep(100);
    const [first = 0, second = 0, third = 0] = await times(limiter, 3);
    expect(Math.max(first, second)).toBeLessThan(8);
    expect(third).toBeGreaterThanOrEqual(8);
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
