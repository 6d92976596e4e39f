import { createServer } from 'node:net';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { claimPorts } from './ports.ts';

test('two blocks share no port, whatever their start', async () => {
  await using one = await claimPorts(() => 0.5);
  await using other = await claimPorts(() => 0.5);
  const ports = [await one.next(), await one.next(), await other.next(), await other.next()];
  expect(new Set(ports).size).toBe(4);
});

test('a port that somebody uses is left out', async () => {
  await using ports = await claimPorts();
  const first = await ports.next();
  const stranger = createServer().listen(first + 1);
  await once(stranger, 'listening');
  expect(await ports.next()).toBe(first + 2);
  stranger.close();
});
