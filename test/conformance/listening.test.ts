import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect, test } from 'vitest';
import { expectedPorts, listening } from './listening.ts';
import { claimPorts } from './ports.ts';

test('the ports that a Corefile opens', () => {
  const values = new Map([
    ['port', '1000'],
    ['port2', '1002'],
    ['port3', '1003'],
    ['port91', '1091'],
  ]);
  const corefile = 'a.test:{{port}} dns://.:{{port3}} {\n}\ntls://.:{{port2}} {\n forward . 127.0.0.1:{{port91}}\n}\n';
  expect(expectedPorts(corefile, values)).toEqual([
    { port: 1000, either: false },
    { port: 1003, either: false },
    { port: 1002, either: true },
  ]);
});

test('waits for TCP and UDP', async () => {
  await using ports = await claimPorts();
  const port = await ports.next();
  const tcp = createServer().listen(port, '127.0.0.1');
  await once(tcp, 'listening');
  const wait = (either: boolean): Promise<void> => listening([{ port, either }], AbortSignal.timeout(200));
  await expect(wait(false)).rejects.toThrow(`nobody listens at ${port}`);
  await wait(true);
  const udp = createSocket('udp4').bind(port, '127.0.0.1');
  await once(udp, 'listening');
  await wait(false);
  udp.close();
  tcp.close();
});
