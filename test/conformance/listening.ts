import { readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/** A port that a server is expected to open. `either`: one of TCP and UDP is enough (encrypted transports). */
export interface ExpectedPort {
  readonly port: number;
  readonly either: boolean;
}

interface OpenPorts {
  readonly tcp: ReadonlySet<number>;
  readonly udp: ReadonlySet<number>;
}

/** `{{port91}}` and up are in a Corefile, but nobody listens there. */
const FIRST_UNAWAITED = 91;

/** The ports to wait for, read off a Corefile with its placeholders. */
export function expectedPorts(corefile: string, values: ReadonlyMap<string, string>): ExpectedPort[] {
  const found = new Map<number, ExpectedPort>();
  for (const [, scheme, number] of corefile.matchAll(/(?:\b([a-z0-9]+):\/\/[^\s{]*:)?\{\{port(\d*)\}\}/g)) {
    if (Number(number) >= FIRST_UNAWAITED) continue;
    const port = Number(values.get(`port${number ?? ''}`));
    const encrypted = scheme !== undefined && scheme !== 'dns';
    found.set(port, { port, either: encrypted || (found.get(port)?.either ?? false) });
  }
  return [...found.values()];
}

/** Waits until all of `ports` are open on this machine, without sending a packet to any of them. */
export async function listening(ports: readonly ExpectedPort[], signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const open = await openPorts();
    if (ports.every((port) => isOpen(port, open))) return;
    await sleep(10, undefined, { signal }).catch(() => {});
  }
  throw new Error(`nobody listens at ${ports.map(({ port }) => port).join(', ')}`);
}

function isOpen({ port, either }: ExpectedPort, { tcp, udp }: OpenPorts): boolean {
  return either ? tcp.has(port) || udp.has(port) : tcp.has(port) && udp.has(port);
}

/** What the kernel's tables say: asking a port itself would be counted, logged and cached by the server. */
async function openPorts(): Promise<OpenPorts> {
  const [tcp, tcp6, udp, udp6] = await Promise.all(
    ['tcp', 'tcp6', 'udp', 'udp6'].map((table) => readFile(`/proc/net/${table}`, 'utf8').catch(() => '')),
  );
  return {
    tcp: new Set([...portsOf(tcp ?? '', '0A'), ...portsOf(tcp6 ?? '', '0A')]),
    udp: new Set([...portsOf(udp ?? '', '07'), ...portsOf(udp6 ?? '', '07')]),
  };
}

/** Local ports of the lines in `state` (hexadecimal; 0A is LISTEN, 07 an unconnected UDP socket). */
function portsOf(table: string, state: string): number[] {
  const lines = table.matchAll(/^ *\d+: [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:[0-9A-F]{4} ([0-9A-F]{2}) /gm);
  return [...lines].filter((line) => line[2] === state).map((line) => Number.parseInt(line[1] ?? '0', 16));
}
