import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { serverOptions } from '../../src/cli/serving.ts';
import { Logger } from '../../src/log/logger.ts';
import { Server } from '../../src/server/server.ts';
import { UdpSockets } from '../../src/transport/udp/udp-sockets.ts';
import { Clients } from './asking.ts';

/** With 48 ports the chance that one of two sockets gets none of them is one in 10^14. */
const PORTS = 48;

/** Header, `a.test` or `b.test`, type and class, OPT record. */
const QUERY_SIZE = 12 + 8 + 4 + 11;

const directory = mkdtempSync(join(tmpdir(), 'multisocket-'));
const threads: Worker[] = [];
const ends: (() => unknown)[] = [];

function remember(thread: Worker): void {
  threads.push(thread);
}

beforeAll(() => void process.on('worker', remember));
afterAll(() => {
  process.off('worker', remember);
  rmSync(directory, { recursive: true });
});
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
  threads.splice(0);
});

/** A server that says what `corefile` is for it, on a free port. */
async function start(
  corefile: string,
  settings: { readonly exclusive?: boolean; readonly udp?: UdpSockets; readonly address?: string } = {},
) {
  const port = await freePort();
  const source = { text: corefile.replaceAll('PORT', String(port)) };
  const log: string[] = [];
  const options = serverOptions(
    {
      corefile: async () => ({ text: source.text, file: 'Corefile' }),
      workingDirectory: directory,
      environment: {},
      output: () => {},
      exclusive: settings.exclusive ?? false,
    },
    Logger.create((line) => log.push(line)),
    () => {},
  );
  const services = { ...options.services, udp: settings.udp ?? options.services.udp };
  const server = await Server.start({ ...options, services });
  ends.push(() => server.stop());
  const clients = await Clients.open(PORTS, port, settings.address);
  ends.push(() => clients.close());
  const exposition = (): string => services.metrics.expose();
  return {
    server,
    clients,
    log,
    exposition,
    port,
    reload: async (text: string) => {
      source.text = text.replaceAll('PORT', String(port));
      await server.reload();
    },
    counted: () => sum(exposition(), 'coredns_dns_requests_total'),
    sockets: async () => countSockets(port),
  };
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** UDP sockets on the port, of both families. */
async function countSockets(port: number): Promise<number> {
  const tables = await Promise.all(['udp', 'udp6'].map((name) => readFile(`/proc/net/${name}`, 'latin1')));
  const local = `:${port.toString(16).toUpperCase().padStart(4, '0')} `;
  return tables
    .join('')
    .split('\n')
    .filter((line) => line.slice(0, 48).includes(local)).length;
}

function sum(exposition: string, family: string): number {
  const lines = exposition.split('\n').filter((line) => line.startsWith(`${family}{`));
  return lines.reduce((total, line) => total + Number(line.slice(line.lastIndexOf(' ') + 1)), 0);
}

async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const last = performance.now() + 10_000;
  while (!(await what())) {
    if (performance.now() > last) throw new Error('it did not happen');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** How many clients got which answer. */
function tally(answers: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[answer] = (counts[answer] ?? 0) + 1;
  return counts;
}

function everybody(answer: string): Record<string, number> {
  return { [answer]: PORTS };
}

const said = (sockets: number, address: string): string => `.:PORT {
    multisocket ${sockets}
    prometheus 127.0.0.1:0
    hosts {
        ${address} a.test
    }
}
`;

describe.skipIf(process.platform !== 'linux')('several sockets', () => {
  it.each(['127.0.0.1', '::1'])('answer alike, from %s, and count every query once', async (address) => {
    const { clients, counted, sockets, exposition } = await start(said(3, '192.0.2.1'), { address });
    expect(await sockets()).toBe(3);
    expect(threads).toHaveLength(2);
    for (let i = 0; i < 20; i++)
      expect(tally(await clients.ask('a.test'))).toEqual(everybody('a.test. 3600 IN A 192.0.2.1'));
    expect(tally(await clients.ask('b.test'))).toEqual(everybody('rcode 2'));
    await until(() => counted() >= 21 * PORTS);
    await new Promise((resolve) => setTimeout(resolve, 200));
    const exact = exposition();
    expect(sum(exact, 'coredns_dns_requests_total')).toBe(21 * PORTS);
    expect(sum(exact, 'coredns_dns_responses_total')).toBe(21 * PORTS);
    expect(sum(exact, 'coredns_dns_request_duration_seconds_count')).toBe(21 * PORTS);
    expect(sum(exact, 'coredns_dns_request_size_bytes_sum')).toBe(21 * PORTS * QUERY_SIZE);
    expect(sum(exact, 'clusterfirst_udp_lost_datagrams_total')).toBe(0);
  });

  it('give no answer that has changed', async () => {
    const file = join(directory, 'hosts');
    writeFileSync(file, '192.0.2.1 a.test\n');
    const { clients, port } = await start(`.:PORT {\n multisocket 2\n hosts ${file} {\n reload 20ms\n }\n}\n`);
    const first = await Clients.open(1, port);
    ends.push(() => first.close());
    for (let i = 2; i < 6; i++) {
      expect(new Set(await clients.ask('a.test')).size).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
      writeFileSync(file, `192.0.2.${i} a.test\n${'#'.repeat(i)}`);
      await until(async () => (await first.ask('a.test'))[0]?.endsWith(`192.0.2.${i}`) === true);
      expect(tally(await clients.ask('a.test'))).toEqual(everybody(`a.test. 3600 IN A 192.0.2.${i}`));
    }
  });

  it('give answers that are waited for, and those that are too large for a batch', async () => {
    const names = Array.from({ length: 200 }, (_, i) => `192.0.2.${i} a.large.test`).join('\n        ');
    const { clients } = await start(
      `.:PORT {\n multisocket 2\n erratic {\n delay 1 30ms\n drop 0\n }\n}\nlarge.test:PORT {\n hosts {\n ${names}\n }\n}\n`,
    );
    expect(tally(await clients.ask('erratic.test'))).toEqual(everybody('erratic.test. 0 IN A 192.0.2.53'));
    const [answer, ...others] = Object.keys(tally(await clients.ask('a.large.test')));
    expect(answer?.split('\n')).toHaveLength(200);
    expect(others).toEqual([]);
  });

  it('answer under a new configuration as soon as it is there, and lose nothing when their number changes', async () => {
    const { clients, reload, counted, sockets, exposition } = await start(said(2, '192.0.2.1'));
    let asked = 0;
    const over = new AbortController();
    const seen = new Set<string>();
    const asking = (async () => {
      while (!over.signal.aborted) {
        for (const answer of await clients.ask('a.test')) seen.add(answer);
        asked += PORTS;
      }
    })();
    for (const [i, count] of [2, 4, 1, 3].entries()) {
      await reload(said(count, `192.0.2.${i + 2}`));
      expect(await sockets()).toBe(count);
      const others = await clients.ask('a.test');
      asked += PORTS;
      expect(tally(others)).toEqual(everybody(`a.test. 3600 IN A 192.0.2.${i + 2}`));
    }
    over.abort();
    await asking;
    expect(seen).not.toContain('nothing');
    await until(() => counted() >= asked);
    expect(counted()).toBe(asked);
    expect(sum(exposition(), 'clusterfirst_thread_restarts_total')).toBe(0);
  });

  it('close by themselves although there is always something to answer', async () => {
    const slow = (sockets: number): string =>
      `.:PORT {\n multisocket ${sockets}\n erratic {\n delay 1 40ms\n drop 0\n }\n}\n`;
    const { clients, reload, sockets, log } = await start(slow(2));
    const asking = setInterval(() => void clients.ask('erratic.test'), 5);
    ends.push(() => clearInterval(asking));
    await new Promise((resolve) => setTimeout(resolve, 200));
    const began = performance.now();
    await reload(slow(1));
    expect(performance.now() - began).toBeLessThan(4500);
    expect(await sockets()).toBe(1);
    expect(log.filter((line) => line.includes('died'))).toEqual([]);
  });

  it('answer what has come before the stop, and count it', async () => {
    const { clients, server, counted } = await start(said(2, '192.0.2.1'));
    await clients.ask('a.test');
    const last = clients.ask('a.test');
    await new Promise((resolve) => setImmediate(resolve));
    await server.stop();
    expect(tally(await last)).toEqual(everybody('a.test. 3600 IN A 192.0.2.1'));
    expect(counted()).toBe(2 * PORTS);
  });

  it('go on when a thread dies, and it comes back', async () => {
    const { clients, log, exposition, sockets } = await start(said(2, '192.0.2.1'));
    await clients.ask('a.test');
    await threads[0]?.terminate();
    await until(async () => (await sockets()) === 1);
    expect(tally(await clients.ask('a.test'))).toEqual(everybody('a.test. 3600 IN A 192.0.2.1'));
    await until(async () => (await sockets()) === 2);
    expect(tally(await clients.ask('a.test'))).toEqual(everybody('a.test. 3600 IN A 192.0.2.1'));
    expect(log.filter((line) => line.includes('died'))).toHaveLength(1);
    expect(sum(exposition(), 'clusterfirst_thread_restarts_total')).toBe(1);
  });

  it('have a new configuration although a thread is stuck: it is ended, and comes back', async () => {
    const { clients, reload, sockets, log } = await start(said(2, '192.0.2.1'));
    const [stuck] = threads;
    // It does not hear what it is told.
    if (stuck !== undefined) stuck.postMessage = () => {};
    await reload(said(2, '192.0.2.2'));
    expect(log.filter((line) => line.includes('died'))).toHaveLength(1);
    await until(async () => (await sockets()) === 2);
    expect(tally(await clients.ask('a.test'))).toEqual(everybody('a.test. 3600 IN A 192.0.2.2'));
  });

  it('share an address that is refused to others', async () => {
    const { clients, sockets } = await start(said(2, '192.0.2.1'), { exclusive: true });
    expect(await sockets()).toBe(2);
    expect(tally(await clients.ask('a.test'))).toEqual(everybody('a.test. 3600 IN A 192.0.2.1'));
  });

  it('are one where datagrams are moved one by one', async () => {
    const { clients, log, sockets, port } = await start(said(2, '192.0.2.1'), { udp: new UdpSockets('plain') });
    expect(await sockets()).toBe(1);
    expect(tally(await clients.ask('a.test'))).toEqual(everybody('a.test. 3600 IN A 192.0.2.1'));
    expect(log).toContain(`[WARNING] dns://:${port} has one socket: more need recvmmsg of Linux, and koffi to call it`);
  });
});
