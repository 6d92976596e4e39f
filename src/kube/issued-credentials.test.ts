import { expect, it } from 'vitest';
import { type Credential, IssuedCredentials } from './issued-credentials.ts';

function make(next: () => Partial<Credential>): {
  issued: IssuedCredentials;
  asked: boolean[];
  pass: (ms: number) => void;
} {
  const asked: boolean[] = [];
  let now = 0;
  const issue = async (renew: boolean): Promise<Credential> => {
    asked.push(renew);
    return { token: undefined, certificate: undefined, ...next() };
  };
  const issued = new IssuedCredentials({ issue }, () => now);
  return { issued, asked, pass: (milliseconds) => (now += milliseconds) };
}

const certificate = (cert: string, key: string): Partial<Credential> => ({
  certificate: { cert: Buffer.from(cert), key: Buffer.from(key) },
});

it('counts versions by what is shown', async () => {
  const given = [
    { token: 'a' },
    { token: 'a' },
    { token: 'b' },
    { token: 'b', ...certificate('c', 'k') },
    { token: 'b', ...certificate('c', 'k') },
    { token: 'b', ...certificate('c', 'k2') },
    certificate('c', 'k2'),
  ];
  const { issued } = make(() => given.shift() ?? {});
  const versions: number[] = [];
  while (given.length > 0) versions.push(await issued.ready());
  expect(versions).toEqual([1, 1, 2, 3, 3, 4, 5]);
});

it('asks once for all who wait', async () => {
  const { issued, asked } = make(() => ({ token: 'a' }));
  expect(await Promise.all([issued.ready(), issued.ready(), issued.ready()])).toEqual([1, 1, 1]);
  expect(asked).toEqual([false]);
});

it('replaces what was refused, but not what has been replaced, and not all the time', async () => {
  let n = 0;
  const { issued, asked, pass } = make(() => ({ token: String(++n) }));
  const first = await issued.ready();
  const second = await issued.replace(first);
  await issued.replace(first);
  await issued.replace(second + 1);
  expect(asked).toEqual([false, true, false, false]);
  pass(9_999);
  await issued.replace(second + 2);
  pass(1);
  await issued.replace(second + 3);
  expect(asked.slice(4)).toEqual([false, true]);
});

it('tries again after a failure', async () => {
  let fails = true;
  const { issued } = make(() => {
    if (fails) throw new Error('no');
    return { token: 'a' };
  });
  await expect(issued.ready()).rejects.toThrow('no');
  fails = false;
  expect(await issued.ready()).toBe(1);
  expect(issued.current.token).toBe('a');
});
