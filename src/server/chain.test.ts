import { describe, expect, it } from 'vitest';
import { RCODE } from '../dns/codes.ts';
import type { NamedInstance } from '../plugin-api/context.ts';
import type { PluginInstance } from '../plugin-api/plugin.ts';
import type { Query } from '../plugin-api/query.ts';
import { makeFailure, makeReply, mapReply, type Outcome } from '../plugin-api/reply.ts';
import { testQuery } from '../plugin-api/testing.ts';
import { Later } from '../plugin-api/later.ts';
import { composeChain } from './chain.ts';

const query = testQuery({ name: 'a.test' });

function chainOf(...instances: readonly [string, PluginInstance][]): ReturnType<typeof composeChain> {
  return composeChain(instances.map(([name, instance]): NamedInstance => ({ name, instance })));
}

/** Asks and insists on an answer that is there at once. */
function now(outcome: Outcome | undefined): Exclude<Outcome, Later<unknown>> {
  if (outcome === undefined || outcome instanceof Later) throw new Error('the answer is not there');
  return outcome;
}

const passes: PluginInstance = { handle: (asked, next) => next(asked) };
const answers: PluginInstance = { handle: (asked) => makeReply(asked, { authoritative: true }) };
const later: PluginInstance = { handle: async (asked) => makeReply(asked) };
const silent: PluginInstance = { handle: () => null };

describe('a chain', () => {
  it('is none without plugins that queries pass', () => {
    expect(chainOf()).toBeUndefined();
    expect(chainOf(['root', {}], ['health', { start: async () => {} }])).toBeUndefined();
  });

  it('asks the plugins in order, until one answers', () => {
    const asked: string[] = [];
    const noting = (name: string, instance: PluginInstance): [string, PluginInstance] => [
      name,
      {
        handle(incoming, next) {
          asked.push(name);
          return instance.handle?.(incoming, next) ?? null;
        },
      },
    ];
    const chain = chainOf(noting('one', passes), ['two', {}], noting('three', answers), noting('four', answers));
    expect(now(chain?.(query))?.authoritative).toBe(true);
    expect(asked).toEqual(['one', 'three']);
  });

  it('hands a changed query on', () => {
    const zones: string[] = [];
    const chain = chainOf(
      ['changes', { handle: (asked, next) => next({ ...asked, view: 'inside' }) }],
      ['looks', { observe: ({ view }) => zones.push(view) }],
      ['answers', answers],
    );
    now(chain?.(query));
    expect(zones).toEqual(['inside']);
  });

  it('fails at its end, naming the last plugin', () => {
    const reply = now(chainOf(['one', passes], ['two', passes])?.(query));
    expect(reply).toMatchObject({ rcode: RCODE.SERVFAIL, unwritten: true });
    expect(reply?.error?.message).toBe('plugin/two: no next plugin found');
  });

  it('fails for a block of observers alone', () => {
    const seen: unknown[] = [];
    const chain = chainOf(['looks', { observe: (_query, reply) => seen.push(reply?.rcode) }]);
    expect(now(chain?.(query))?.error?.message).toBe('plugin/looks: no next plugin found');
    expect(seen).toEqual([RCODE.SERVFAIL]);
  });
});

describe('an observer', () => {
  function observed(instance: PluginInstance): { readonly outcome: Outcome | undefined; readonly seen: unknown[] } {
    const seen: unknown[] = [];
    const observe = (_query: Query, reply: unknown): void => void seen.push(reply);
    return { outcome: chainOf(['looks', { observe }], ['answers', instance])?.(query), seen };
  }

  it('sees an answer that is there before anybody waits', () => {
    const { outcome, seen } = observed(answers);
    expect(outcome).not.toBeInstanceOf(Later);
    expect(seen).toEqual([now(outcome)]);
  });

  it('sees that nothing is sent', () => {
    expect(observed(silent)).toEqual({ outcome: null, seen: [null] });
  });

  it('sees an answer that comes later', async () => {
    const { outcome, seen } = observed(later);
    expect(outcome).toBeInstanceOf(Later);
    expect(seen).toEqual([]);
    const reply = await outcome;
    expect(seen).toEqual([reply]);
  });

  it('sees nothing of a failure, which goes up', async () => {
    const seen: unknown[] = [];
    const broken: PluginInstance = { handle: async () => Promise.reject(new Error('broken')) };
    const chain = chainOf(['looks', { observe: (_query, reply) => seen.push(reply) }], ['breaks', broken]);
    await expect(chain?.(query)).rejects.toThrow('broken');
    expect(seen).toEqual([]);
  });

  it('and handler in one plugin: it sees what its own handler answered', () => {
    const seen: (number | undefined)[] = [];
    const chain = chainOf([
      'both',
      { handle: (asked) => makeFailure(asked, RCODE.REFUSED), observe: (_query, reply) => seen.push(reply?.rcode) },
    ]);
    now(chain?.(query));
    expect(seen).toEqual([RCODE.REFUSED]);
  });

  it('sees what a handler behind it made of the answer', () => {
    const seen: (boolean | undefined)[] = [];
    const cuts: PluginInstance = {
      handle: (asked, next) => mapReply(next(asked), (reply) => ({ ...reply, truncated: true })),
    };
    const chain = chainOf(
      ['outer', { observe: (_query, reply) => seen.push(reply?.truncated) }],
      ['cuts', cuts],
      ['inner', { observe: (_query, reply) => seen.push(reply?.truncated) }],
      ['answers', answers],
    );
    now(chain?.(query));
    expect(seen).toEqual([false, true]);
  });
});
