import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import type { Host, SetupContext } from '../../plugin-api/context.ts';
import { setUp, sharedValues, type TestSetup } from '../../plugin-api/testing.ts';
import { reload } from './reload.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A host whose Corefile a test can change, and which takes over everything unless told to refuse. */
class FakeHost implements Host {
  readonly version = '0.0.0';
  fingerprint = 'one';
  content: Awaited<ReturnType<Host['readFingerprint']>> = { fingerprint: 'one' };
  refusal: Error | undefined;
  looks = 0;
  reloads = 0;

  readonly readFingerprint: Host['readFingerprint'] = async () => {
    this.looks++;
    return this.content;
  };

  readonly reload: Host['reload'] = async () => {
    this.reloads++;
    if (this.refusal !== undefined) throw this.refusal;
    if (this.content !== undefined && 'fingerprint' in this.content) this.fingerprint = this.content.fingerprint;
  };

  readonly fail: Host['fail'] = () => {};
}

interface Started extends TestSetup {
  readonly host: FakeHost;
}

function start(directives = 'reload 2s 0', parts: Partial<SetupContext> = {}): Started {
  const host = new FakeHost();
  const made = setUp(reload, directives, { host, ...parts });
  expect(made.problems).toEqual([]);
  made.instance.serving?.();
  return { ...made, host };
}

async function tick(milliseconds = 2000): Promise<void> {
  await vi.advanceTimersByTimeAsync(milliseconds);
}

function series({ metrics }: TestSetup): string[] {
  return metrics
    .expose()
    .split('\n')
    .filter((line) => line.startsWith('coredns_reload_'));
}

describe('the watch', () => {
  test('tells at the start what runs', () => {
    expect(start().log).toEqual(['[INFO] Running configuration SHA512 = one']);
  });

  test('takes over what has changed, once', async () => {
    const made = start();
    const { host, log } = made;
    await tick();
    expect(host.reloads).toBe(0);
    expect(series(made)).toEqual([]);
    host.content = { fingerprint: 'two' };
    await tick();
    await tick();
    expect(host.reloads).toBe(1);
    expect(log).toHaveLength(1);
    expect(series(made)).toEqual(['coredns_reload_version_info{hash="sha512",value="two"} 1']);
  });

  test('leaves a file alone that cannot be read just now', async () => {
    const { host, log } = start();
    host.content = undefined;
    await tick();
    expect(host.reloads).toBe(0);
    expect(log).toHaveLength(1);
  });

  test('says each time that a file cannot be understood', async () => {
    const { host, log } = start();
    host.content = { problem: 'Corefile:3:1: a block is not closed' };
    await tick(4000);
    expect(host.reloads).toBe(0);
    expect(log.slice(1)).toEqual(Array(2).fill('[WARNING] Corefile parse failed: Corefile:3:1: a block is not closed'));
  });

  test('does not try again what was refused, until it changes', async () => {
    const made = start();
    const { host, log } = made;
    host.content = { fingerprint: 'bad' };
    host.refusal = new Error('cannot listen on udp :53');
    await tick(6000);
    expect(host.reloads).toBe(1);
    expect(log.slice(1)).toEqual(['[ERROR] Corefile changed but reload failed: cannot listen on udp :53']);
    expect(series(made)).toEqual([
      'coredns_reload_failed_total 1',
      'coredns_reload_version_info{hash="sha512",value="bad"} 1',
    ]);
    host.content = { fingerprint: 'good' };
    host.refusal = undefined;
    await tick();
    expect(host.reloads).toBe(2);
    expect(host.fingerprint).toBe('good');
  });

  test('tries again what was refused when it comes back', async () => {
    const { host } = start();
    host.refusal = new Error('no');
    host.content = { fingerprint: 'bad' };
    await tick();
    host.content = { fingerprint: 'one' };
    await tick();
    host.content = { fingerprint: 'bad' };
    await tick(4000);
    expect(host.reloads).toBe(2);
  });

  test('does not look while it is still busy', async () => {
    const { host } = start();
    let finish: () => void = () => {};
    host.content = { fingerprint: 'two' };
    vi.spyOn(host, 'readFingerprint').mockImplementation(async () => {
      host.looks++;
      await new Promise<void>((resolve) => (finish = resolve));
      return undefined;
    });
    await tick(10_000);
    expect(host.looks).toBe(1);
    finish();
    await tick();
    expect(host.looks).toBe(2);
  });

  test('ends with its configuration', async () => {
    const { host, instance } = start();
    await instance.stop?.('reload');
    await tick(10_000);
    expect(host.looks).toBe(0);
  });
});

describe('blocks', () => {
  test('share one watch, and the last line counts', async () => {
    const host = new FakeHost();
    const shared = sharedValues();
    const blocks = ['reload 2s 0', 'reload 2s 0\nreload 10s 0'].map((text) => setUp(reload, text, { host, shared }));
    for (const { instance } of blocks) instance.serving?.();
    await tick(9999);
    expect(host.looks).toBe(0);
    await tick(1);
    expect(host.looks).toBe(1);
    expect(blocks.flatMap(({ log }) => log)).toEqual(['[INFO] Running configuration SHA512 = one']);
  });
});

describe('the period', () => {
  test.each([
    ['reload', 0, 22_500],
    ['reload', 0.5, 30_000],
    ['reload', 0.75, 33_750],
    ['reload 10s', 0, 7500],
    ['reload 10s 2s', 0, 9000],
    ['reload 10s 0', 0, 10_000],
    // Jitter is at most half the interval.
    ['reload 4s 1h', 0, 3000],
    ['reload 10s 2s {\n}', 0.5, 10_000],
  ])('of %j with the random number %d is %d ms', async (directives, random, period) => {
    const { host } = start(directives, { random: () => random });
    await tick(period - 1);
    expect(host.looks).toBe(0);
    await tick(1);
    expect(host.looks).toBe(1);
  });
});

test.each([
  ['reload 1s', 'Corefile:2:8: 1s is too short, at least 2s is needed'],
  ['reload 0', 'Corefile:2:8: 0 is too short, at least 2s is needed'],
  ['reload 30', 'Corefile:2:8: "30" is not a duration (a unit is missing: 30s?)'],
  ['reload soon', 'Corefile:2:8: "soon" is not a duration'],
  ['reload 2s 500ms', 'Corefile:2:11: the jitter 500ms is too short (write 0 or at least 1s)'],
  ['reload 2s -1s', 'Corefile:2:11: -1s is too short, at least 0s is needed'],
  [
    'reload 2s 1s x',
    'Corefile:2:14: "reload" takes 2 arguments, "x" is one too many (write: reload [INTERVAL [JITTER]])',
  ],
])('%j is refused', (directives, problem) => {
  expect(setUp(reload, directives).problems.map(describeProblem).join('\n')).toContain(problem);
});
