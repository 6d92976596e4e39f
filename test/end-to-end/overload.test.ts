import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { freePort, temporaryFolder, TestProcess } from '../../src/cli/testing.ts';
import { encodeMessage } from '../../src/dns/encode.ts';
import { createMessage } from '../../src/dns/message.ts';
import { DomainName } from '../../src/dns/name.ts';
import { askServer } from '../../src/server/testing.ts';
import { ScriptedUpstream } from '../../src/transport/upstream/testing.ts';

/** More than may wait, and few enough for what may wait to be all that waits. */
const [FLOOD, CALM] = [15_000, 2500];
const MAXIMUM_MEGABYTES = 250;

it('answers what needs no upstream while thousands wait for a silent one', { timeout: 40_000 }, async () => {
  await using upstream = await ScriptedUpstream.open(() => undefined);
  const [port, metrics] = [await freePort(), await freePort()];
  using folder = temporaryFolder({
    Corefile: `.:${port} {\n bind 127.0.0.1\n prometheus 127.0.0.1:${metrics}\n hosts {\n 10.0.0.1 known.test\n fallthrough\n }\n forward . 127.0.0.1:${upstream.port}\n}\n`,
  });
  await using child = new TestProcess([], { folder: folder.path });
  await child.line(/^linux\//);
  const client = createSocket('udp4');
  client.connect(port, '127.0.0.1');
  await once(client, 'connect');
  let failures = 0;
  client.on('message', () => failures++);
  let sent = 0;
  /** Sends queries for other names, as many as the sockets' buffers hold at a time. */
  const send = async (count: number): Promise<void> => {
    for (const end = sent + count; sent < end;) {
      for (let i = 0; i < 50; i++) client.send(query(`name-${sent++}.example`));
      await sleep(2);
    }
  };
  /** Milliseconds of the median of some queries for a name of `hosts`. */
  const latency = async (): Promise<number> => {
    const times: number[] = [];
    for (let i = 0; i < 21; i++) {
      const began = performance.now();
      expect((await askServer(port, 'known.test', { type: 'A' })).answers).toHaveLength(1);
      times.push(performance.now() - began);
    }
    return times.toSorted((a, b) => a - b)[10] ?? Infinity;
  };
  try {
    await send(CALM);
    const waiting = await latency();
    expect(failures).toBe(0);
    await send(FLOOD);
    const after = await latency();
    const exposition = await (await fetch(`http://127.0.0.1:${metrics}/metrics`)).text();
    const dropped = /^clusterfirst_forward_dropped_queries_total\{.*\} (\S+)$/m.exec(exposition)?.[1];
    const megabytes = Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024;
    process.stderr.write(
      `${CALM} waiting: ${waiting.toFixed(1)} ms; after ${sent}: ${after.toFixed(1)} ms, ${dropped} dropped, at most ${megabytes.toFixed(0)} MB\n`,
    );
    expect(Number(dropped)).toBeGreaterThan(FLOOD / 4);
    expect(failures).toBeGreaterThan(0);
    expect([waiting, after].every((milliseconds) => milliseconds < 50)).toBe(true);
    expect(megabytes).toBeLessThan(MAXIMUM_MEGABYTES);
  } finally {
    client.close();
  }
});

function query(name: string): Uint8Array {
  const questions = [{ name: DomainName.parse(name), type: 1, class: 1 }];
  return encodeMessage(createMessage({ recursionDesired: true, questions }), { compress: false });
}
