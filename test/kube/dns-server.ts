import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { ask } from '../conformance/client/ask.ts';
import { inProcessServers } from '../conformance/in-process-server.ts';
import { claimPorts } from '../conformance/ports.ts';

/** How the DNS server under test reaches the API. */
export interface Access {
  /** Options of the plugin `kubernetes`. */
  readonly options: string;
  /** The server's folder: `options` may name files in it. */
  readonly directory: string;
}

/** A DNS server of ours that watches a cluster. */
export interface DnsServer extends AsyncDisposable {
  readonly lines: readonly string[];
  /**
   * Data of the A records for `NAME.svc.cluster.local.`, for a name that ends in `.pod` of `NAME.cluster.local.`, in
   * order, or the rcode and nothing else.
   */
  answer(name: string): Promise<readonly string[]>;
  /** Waits until that is the answer; `within` in milliseconds. */
  becomes(name: string, answer: readonly string[], within?: number): Promise<void>;
  /** Waits until the log has a line that matches. */
  says(pattern: RegExp, within?: number): Promise<void>;
  isReady(): Promise<boolean>;
  /** Values of a series by its labels, as the exposition writes them. */
  series(name: string): Promise<ReadonlyMap<string, number>>;
}

/** A reflector waits up to a second after a first failure and two after the next; machines under test are busy. */
const PATIENCE_MS = 15_000;
const PAUSE_MS = 25;
const LOG_TAIL = 30;

export async function startDnsServer({ options, directory }: Access): Promise<DnsServer> {
  await using resources = new AsyncDisposableStack();
  const ports = resources.use(await claimPorts());
  const port = await ports.next();
  const readyUrl = `http://127.0.0.1:${await ports.next()}/ready`;
  const metricsUrl = `http://127.0.0.1:${await ports.next()}/metrics`;
  const corefile = join(directory, 'Corefile');
  await mkdir(directory, { recursive: true });
  await writeFile(
    corefile,
    `.:${port} {
    bind 127.0.0.1
    errors
    ready ${new URL(readyUrl).host}
    prometheus ${new URL(metricsUrl).host}
    kubernetes cluster.local in-addr.arpa {
        ${options}
        pods verified
        startup_timeout 10s
    }
}
`,
  );
  const server = await inProcessServers()({
    corefile,
    workingDirectory: directory,
    environment: {},
    ports: [{ port, either: false }],
  });
  resources.defer(() => server.stop());
  const held = resources.move();

  /** A failed expectation with what the server has said so far. */
  const about = (name: string): string => `${name}, and the log:\n${server.lines.slice(-LOG_TAIL).join('\n')}\n`;
  const answer = async (name: string): Promise<readonly string[]> => {
    const query = { name: `${name}${name.endsWith('.pod') ? '' : '.svc'}.cluster.local.`, type: 'A' };
    const { reply } = await ask(query, { directory, port });
    const data = (reply?.answer ?? []).map((record) => record.split(' ').slice(4).join(' '));
    return data.length > 0 ? data.toSorted() : [reply?.rcode ?? 'nothing'];
  };
  return {
    lines: server.lines,
    answer,
    becomes: (name, wanted, within = PATIENCE_MS) =>
      eventually(within, async () => expect(await answer(name), about(name)).toEqual(wanted)),
    says: (pattern, within = PATIENCE_MS) => eventually(within, () => expect(server.lines.join('\n')).toMatch(pattern)),
    isReady: async () => (await fetch(readyUrl)).ok,
    async series(name) {
      const text = await (await fetch(metricsUrl)).text();
      const lines = text.split('\n').filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `));
      return new Map(
        lines.map((line) => [line.slice(name.length, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
      );
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** Repeats `check` until it throws nothing; in the end what it throws is the result. */
async function eventually(within: number, check: () => unknown): Promise<void> {
  const deadline = performance.now() + within;
  for (;;) {
    try {
      await check();
      return;
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await sleep(PAUSE_MS);
    }
  }
}

/** Asks for `name` until it is told to stop; the result are all answers that came, each once. */
export function watchAnswer(server: DnsServer, name: string): () => Promise<readonly string[]> {
  const seen = new Set<string>();
  const stop = new AbortController();
  const askOn = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      seen.add((await server.answer(name)).join(' '));
      await sleep(PAUSE_MS);
    }
  };
  const asking = askOn();
  return async () => {
    stop.abort();
    await asking;
    return [...seen];
  };
}
