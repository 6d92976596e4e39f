import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { TimingWheel } from '../timing-wheel.ts';
import type { Link, LinkEvents } from './connection.ts';
import { ConnectionPool, type PoolLimits } from './connection-pool.ts';

/** A link that is there at once and answers when told to. */
interface TestLink {
  readonly sent: Buffer[];
  readonly events: LinkEvents;
  closed: boolean;
}

const QUERY = new Uint8Array(12);

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
});

function makePool(limits: Partial<PoolLimits> = {}): { readonly pool: ConnectionPool; readonly links: TestLink[] } {
  const links: TestLink[] = [];
  const open = (events: LinkEvents): Link => {
    const link: TestLink = { sent: [], events, closed: false };
    links.push(link);
    return {
      ready: Promise.resolve(),
      path: () => 'udp a->b',
      send(message, id) {
        const datagram = Buffer.from(message);
        datagram.writeUInt16BE(id, 0);
        link.sent.push(datagram);
      },
      close: () => {
        link.closed = true;
      },
    };
  };
  let id = 0;
  const pool = new ConnectionPool(
    open,
    {
      expire: 100,
      maximumAge: Infinity,
      maximumQueries: Infinity,
      maximumIdle: Infinity,
      unshared: 0,
      share: 2,
      shareInAnyOrder: 2,
      maximumConnections: 2,
      choice: 'idlest',
      ...limits,
    },
    { newId: () => id++, now: () => performance.now(), wheel: new TimingWheel(() => performance.now()) },
  );
  return { pool, links };
}

/** Sends a query on whatever connection the pool gives. */
function ask(pool: ConnectionPool): Promise<Buffer | Error> {
  const { connection } = pool.take();
  return connection.exchange(QUERY, 1000).catch((error: unknown) => (error instanceof Error ? error : new Error('?')));
}

async function answerAll(links: readonly TestLink[]): Promise<void> {
  await vi.advanceTimersByTimeAsync(0);
  for (const { sent, events } of links) for (const message of sent.splice(0)) events.received(message);
  await vi.advanceTimersByTimeAsync(0);
}

describe('ConnectionPool', () => {
  test('opens a connection when the others have their share, and shares when there are enough', async () => {
    const { pool, links } = makePool();
    const asked = Array.from({ length: 6 }, () => ask(pool));
    await vi.advanceTimersByTimeAsync(0);
    expect(links.map(({ sent }) => sent.length)).toEqual([3, 3]);
    await answerAll(links);
    expect((await Promise.all(asked)).every((reply) => reply instanceof Buffer)).toBe(true);
    expect(pool.take()).toMatchObject({ used: true });
  });

  test('a connection that timed out takes no more queries, and closes when the others have their answers', async () => {
    const { pool, links } = makePool();
    const first = ask(pool);
    await vi.advanceTimersByTimeAsync(500);
    const second = ask(pool);
    await vi.advanceTimersByTimeAsync(501);
    expect(await first).toEqual(new Error('read udp a->b: i/o timeout'));
    expect(pool.take().used).toBe(false);
    expect(links.map(({ closed }) => closed)).toEqual([false, false]);
    await answerAll(links);
    expect(await second).toBeInstanceOf(Buffer);
    expect(links[0]?.closed).toBe(true);
  });

  test('a connection that ended is forgotten, and its queries fail', async () => {
    const { pool, links } = makePool();
    const asked = ask(pool);
    await vi.advanceTimersByTimeAsync(0);
    links[0]?.events.ended(new Error('EOF'));
    expect(await asked).toEqual(new Error('EOF'));
    expect(pool.size).toBe(0);
    await vi.advanceTimersByTimeAsync(1001);
    expect(vi.getTimerCount()).toBe(0);
  });

  const limits = [
    { what: 'idle longer than expire', limits: { expire: 100 }, wait: 101, closed: true },
    { what: 'idle shorter than expire', limits: { expire: 100 }, wait: 99, closed: false },
    { what: 'older than max_age', limits: { maximumAge: 50 }, wait: 51, closed: true },
    { what: 'more idle than allowed', limits: { maximumIdle: 0 }, wait: 0, closed: true },
    { what: 'swept without a query', limits: { expire: 5000 }, wait: 10_000, closed: true },
  ];
  test.for(limits)('$what', async ({ limits: given, wait, closed }) => {
    const { pool, links } = makePool(given);
    const asked = ask(pool);
    await answerAll(links);
    await asked;
    await vi.advanceTimersByTimeAsync(wait);
    if (wait < 10_000) void pool.take();
    expect(links[0]?.closed).toBe(closed);
    pool.close();
    await vi.advanceTimersByTimeAsync(1010);
    expect(vi.getTimerCount()).toBe(0);
  });
});
