import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RCODE } from '../dns/codes.ts';
import { A } from '../dns/records/a.ts';
import { askServer } from '../server/testing.ts';
import { DevCluster } from '../devcluster/dev-cluster.ts';
import { silentLogger } from '../log/logger.ts';
import { order } from '../plugins/order.ts';
import { systemClock } from '../plugin-api/clock.ts';
import { productVersion } from './product.ts';
import { freePort, runProcess, temporaryFolder, TestProcess } from './testing.ts';

const VERSION = `clusterfirst-${productVersion()}, answers as CoreDNS-1.15.0`;
const PLATFORM = /^linux\/\S+, node24\./;
const STARTED = /, node\d+\.\d+\.\d+$/;

/** A server block that answers every A question with one address. */
function answering(port: number, address: string, more = ''): string {
  return `.:${port} {\n bind 127.0.0.1\n template IN A . {\n answer "{{ .Name }} 5 IN A ${address}"\n }\n${more}}\n`;
}

async function addressOf(port: number): Promise<string | number> {
  const reply = await askServer(port, 'a.test', { type: 'A' });
  const [record] = reply.answers;
  return record !== undefined && A.is(record) ? record.data.address.join('.') : reply.rcode;
}

describe('flags', () => {
  it('-version', async () => {
    expect(await runProcess(['-version'])).toEqual({
      code: 0,
      out: [VERSION, expect.stringMatching(PLATFORM)],
      error: [],
    });
  });

  it('-plugins lists names in the order of the alphabet, without old spellings', async () => {
    const names = order.filter(({ retired }) => retired === undefined).map(({ name }) => name);
    expect(await runProcess(['serve', '-plugins'])).toEqual({ code: 0, out: names.toSorted(), error: [] });
  });

  it('-conf, -dns.port: zones are printed, then who answers', async () => {
    using folder = temporaryFolder({ conf: 'b.test a.test {\n bind 127.0.0.1\n whoami\n}\n' });
    const port = await freePort();
    await using child = new TestProcess(['-conf', 'conf', '-dns.port', String(port)], { folder: folder.path });
    await child.line(STARTED);
    expect(child.out).toEqual([
      `a.test.:${port} on 127.0.0.1`,
      `b.test.:${port} on 127.0.0.1`,
      VERSION,
      expect.stringMatching(PLATFORM),
    ]);
    expect((await askServer(port, 'x.a.test', { type: 'A' })).rcode).toBe(RCODE.NOERROR);
  });

  it('-conf stdin, -p', async () => {
    const port = await freePort();
    const input = '. {\n template IN A . {\n answer "{{ .Name }} 5 IN A 10.0.0.1"\n }\n}\n';
    await using child = new TestProcess(['-conf=stdin', `-p=${port}`], { input });
    await child.line(STARTED);
    expect(await addressOf(port)).toBe('10.0.0.1');
  });

  it('none: the Corefile of the working directory, or whoami', async () => {
    const port = await freePort();
    using folder = temporaryFolder({ Corefile: answering(port, '10.0.0.2') });
    await using child = new TestProcess([], { folder: folder.path });
    await child.line(STARTED);
    expect(await addressOf(port)).toBe('10.0.0.2');

    const other = await freePort();
    using empty = temporaryFolder();
    await using plain = new TestProcess(['-p', String(other)], { folder: empty.path });
    await plain.line(STARTED);
    expect(plain.out[0]).toBe(`.:${other}`);
    expect((await askServer(other, 'a.test', { type: 'A' })).additionals).toHaveLength(2);
    await plain.line(/^\[INFO\] 127\.0\.0\.1:\d+ - \d+ "A IN a\.test\. udp /);
  });

  it('-quiet prints neither', async () => {
    const port = await freePort();
    using folder = temporaryFolder({ Corefile: answering(port, '10.0.0.3', ' reload\n') });
    await using child = new TestProcess(['serve', '-quiet'], { folder: folder.path });
    await child.line(/plugin\/reload: Running configuration SHA512/);
    child.signal('SIGTERM');
    expect((await child.ended()).out.filter((line) => !line.startsWith('[INFO]'))).toEqual([]);
  });

  it('-pidfile is there while it runs', async () => {
    const port = await freePort();
    using folder = temporaryFolder({ Corefile: answering(port, '10.0.0.4') });
    const pidfile = join(folder.path, 'pid');
    await using child = new TestProcess(['-pidfile', pidfile], { folder: folder.path });
    await child.line(STARTED);
    await expect.poll(() => existsSync(pidfile) && readFileSync(pidfile, 'utf8')).toBe(`${child.pid}\n`);
    expect(statSync(pidfile).mode & 0o777).toBe(0o644);
    child.signal('SIGTERM');
    expect((await child.ended()).code).toBe(0);
    expect(existsSync(pidfile)).toBe(false);
  });

  it('-pidfile that cannot be written keeps nobody from running', async () => {
    const port = await freePort();
    using folder = temporaryFolder({ Corefile: answering(port, '10.0.0.5') });
    await using child = new TestProcess(['-pidfile', '/nonexistent/pid'], { folder: folder.path });
    expect(await child.line(/^\[ERROR\]/)).toBe('[ERROR] Could not write pidfile: /nonexistent/pid: no such file');
    expect(await addressOf(port)).toBe('10.0.0.5');
  });

  it.each<[args: readonly string[], code: number, line: string]>([
    [['-bogus'], 2, 'there is no flag -bogus; flags are: -conf -dns.port -p -pidfile -plugins -quiet -version'],
    [['serve', '-conf'], 2, 'flag -conf needs a value'],
    [['serve', '-p', '70000'], 2, '"70000" is no port; ports go up to 65535'],
    [['serve', 'one', 'two'], 1, 'extra command line arguments: one two; flags stand before them'],
    [['-quiet', 'one'], 1, 'extra command line arguments: one; flags stand before them'],
    [['-conf', 'none'], 1, 'cannot read the Corefile none: no such file; check the path and its permissions'],
    [['-conf', '/etc'], 1, 'cannot read the Corefile /etc: it is a directory; check the path and its permissions'],
  ])('%j: exit code %i, one line', async (args, code, line) => {
    expect(await runProcess(args)).toEqual({ code, out: [], error: [`clusterfirst: ${line}`] });
  });
});

describe('signals', () => {
  async function serving(corefile: (port: number) => string): Promise<{
    readonly child: TestProcess;
    readonly port: number;
    readonly write: (text: string) => void;
    readonly [Symbol.asyncDispose]: () => Promise<void>;
  }> {
    const port = await freePort();
    const folder = temporaryFolder({ Corefile: corefile(port) });
    const child = new TestProcess([], { folder: folder.path });
    await child.line(STARTED);
    return {
      child,
      port,
      write: (text) => writeFileSync(join(folder.path, 'Corefile'), text),
      async [Symbol.asyncDispose]() {
        await child[Symbol.asyncDispose]();
        folder[Symbol.dispose]();
      },
    };
  }

  it.each<[name: NodeJS.Signals, line: string]>([
    ['SIGTERM', '[INFO] SIGTERM: Shutting down servers then terminating'],
    ['SIGINT', '[INFO] SIGINT: Shutting down'],
    ['SIGQUIT', '[INFO] SIGQUIT: Quitting process immediately'],
  ])('%s stops within a second, with exit code 0', async (name, line) => {
    await using server = await serving((port) => answering(port, '10.0.0.1'));
    const began = performance.now();
    server.child.signal(name);
    const { code, out, error } = await server.child.ended();
    expect(performance.now() - began).toBeLessThan(1000);
    expect([code, out.at(-1), error]).toEqual([0, line, []]);
  });

  it('a second SIGINT waits for nothing', async () => {
    const lame = ' health 127.0.0.1:0 {\n lameduck 30s\n }\n';
    await using server = await serving((port) => answering(port, '10.0.0.1', lame));
    server.child.signal('SIGINT');
    await server.child.line(/SIGINT: Shutting down/);
    // Probes fail now, but queries are answered until the end.
    expect(await addressOf(server.port)).toBe('10.0.0.1');
    server.child.signal('SIGINT');
    const { code, out } = await server.child.ended();
    expect([code, out.at(-1)]).toEqual([2, '[INFO] SIGINT: Force quit']);
  });

  it.each<NodeJS.Signals>(['SIGTERM', 'SIGINT'])('%s is heard during the start', async (name) => {
    const port = await freePort();
    using folder = temporaryFolder({
      Corefile: `.:${port} {\n kubernetes cluster.local {\n endpoint http://127.0.0.1:1\n startup_timeout 60s\n }\n}\n`,
    });
    await using child = new TestProcess([], { folder: folder.path });
    await child.line(/waiting for Kubernetes API/);
    child.signal(name);
    const { code, out } = await child.ended();
    expect([code, out.at(-1)]).toEqual([0, `[INFO] ${name}: Quitting during the start`]);
  });

  it('SIGUSR1 takes the Corefile over, unless it is bad; SIGHUP does nothing', async () => {
    await using server = await serving((port) => answering(port, '10.0.0.1'));
    const { child, port, write } = server;
    child.signal('SIGHUP');
    write(answering(port, '10.0.0.2'));
    child.signal('SIGUSR1');
    await child.line(/Reloading complete/);
    expect(child.out.slice(-3)).toEqual(['[INFO] SIGUSR1: Reloading', '[INFO] Reloading', '[INFO] Reloading complete']);
    expect(await addressOf(port)).toBe('10.0.0.2');

    write('. {\n whoamy\n}\n');
    child.signal('SIGUSR1');
    expect(await child.line(/Restart failed/)).toBe(
      '[ERROR] Restart failed: Corefile:2:2: there is no plugin "whoamy" (did you mean "whoami"?)',
    );
    expect(await addressOf(port)).toBe('10.0.0.2');

    const from = child.out.length;
    write(answering(port, '10.0.0.3'));
    child.signal('SIGUSR1');
    await child.line(/Reloading complete/, from);
    expect(await addressOf(port)).toBe('10.0.0.3');
  });
});

describe('what goes wrong', () => {
  it('in a Corefile is all shown, with its line', async () => {
    using folder = temporaryFolder({ Corefile: '.:1053 {\n erors\n whoami now\n}\n' });
    const { code, out, error } = await runProcess([], { folder: folder.path });
    expect([code, out]).toEqual([1, []]);
    expect(error).toEqual([
      'Corefile:2:2: error: there is no plugin "erors"',
      '     erors',
      '     ~~~~^',
      '    hint: did you mean "errors"?',
      expect.stringMatching(/^Corefile:3:9: error: /),
      '     whoami now',
      '            ~~^',
      expect.stringContaining('hint: '),
    ]);
  });

  it('with a port that is taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen({ port: 0, host: '127.0.0.1' }, resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    using folder = temporaryFolder({ Corefile: answering(port, '10.0.0.1') });
    const ended = await runProcess([], { folder: folder.path });
    await new Promise((resolve) => taken.close(resolve));
    expect(ended).toEqual({
      code: 1,
      out: [],
      error: [
        `clusterfirst: cannot listen on tcp 127.0.0.1:${port}: another program listens there already; stop it or choose another port`,
      ],
    });
  });

  it('with a file that may not be read', async () => {
    using folder = temporaryFolder({ Corefile: '. {\n}\n' });
    if (process.getuid?.() === 0) return;
    chmodSync(join(folder.path, 'Corefile'), 0);
    expect((await runProcess([], { folder: folder.path })).error).toEqual([
      'clusterfirst: cannot read the Corefile Corefile: permission denied; check the path and its permissions',
    ]);
  });

  it('outside a cluster', async () => {
    using folder = temporaryFolder({ Corefile: '.:1053 {\n kubernetes cluster.local\n}\n' });
    const { code, out, error } = await runProcess([], { folder: folder.path });
    expect([code, out]).toEqual([1, []]);
    expect(error.join('\n')).toMatch(/^\S+ .*KUBERNETES_SERVICE_HOST/);
    expect(error.join('\n')).not.toMatch(/^ +at /m);
  });

  it('with an upstream that is not there: SERVFAIL and a line for each query, and it goes on', async () => {
    const [port, nobody] = [await freePort(), await freePort()];
    using folder = temporaryFolder({
      Corefile: `.:${port} {\n bind 127.0.0.1\n errors\n forward . 127.0.0.1:${nobody}\n}\n`,
    });
    await using child = new TestProcess(['-quiet'], { folder: folder.path });
    await expect.poll(() => addressOf(port).catch(() => 'nobody')).toBe(RCODE.SERVFAIL);
    const before = child.out.length;
    await askServer(port, 'b.test', { type: 'A', timeout: 10_000 });
    await child.line(/ b\.test\. A: /);
    expect(child.out.length).toBe(before + 1);
    expect(child.out.at(-1)).toMatch(
      new RegExp(
        `^\\[ERROR\\] plugin/errors: 2 b\\.test\\. A: read udp .*->127\\.0\\.0\\.1:${nobody}: read: connection refused$`,
      ),
    );
    expect(child.error).toEqual([]);
  });

  it('with an API that refuses the token: said once for each resource, and it goes on', async () => {
    const cluster = await DevCluster.start({ clock: systemClock, logger: silentLogger() });
    const port = await freePort();
    using folder = temporaryFolder({
      kubeconfig: cluster.kubeconfigWithTokens,
      Corefile: `.:${port} {\n bind 127.0.0.1\n errors\n kubernetes cluster.local {\n startup_timeout 1s\n kubeconfig kubeconfig stranger\n }\n}\n`,
    });
    try {
      await using child = new TestProcess([], { folder: folder.path });
      await child.line(STARTED);
      const reply = await askServer(port, 'kubernetes.default.svc.cluster.local', { type: 'A' });
      expect(reply.rcode).toBe(RCODE.SERVFAIL);
      const told = child.out.filter((line) => line.includes('Unauthorized'));
      expect(told.toSorted()).toEqual(
        ['EndpointSlice', 'Namespace', 'Service'].map((kind) =>
          expect.stringMatching(
            new RegExp(
              `^\\[ERROR\\] plugin/kubernetes: Failed to watch: failed to list \\*v1\\.${kind}: Unauthorized; check the token`,
            ),
          ),
        ),
      );
      expect(child.lines).not.toMatch(/^ +at /m);
    } finally {
      await cluster.stop();
    }
  });
});
