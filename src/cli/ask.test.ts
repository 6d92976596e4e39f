import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { join } from 'node:path';
import { DevCluster } from '../devcluster/dev-cluster.ts';
import { endpointAccess } from '../kube/access.ts';
import { silentLogger } from '../log/logger.ts';
import { systemClock } from '../plugin-api/clock.ts';
import { ask } from './ask.ts';
import { type RunningServer, startServing } from './serving.ts';
import { freePort, runCommand, temporaryFolder } from './testing.ts';
import { UsageError, UserError } from './user-error.ts';

function twice(line: string): readonly string[] {
  return [line, line];
}

describe('ask', () => {
  let cluster: DevCluster;
  let running: RunningServer;
  let port = 0;
  const folder = temporaryFolder();
  const kubeconfig = join(folder.path, 'kubeconfig');

  beforeAll(async () => {
    cluster = await DevCluster.start({ clock: systemClock, logger: silentLogger() });
    await cluster.load(join(import.meta.dirname, '../../examples/web-shop'));
    await cluster.settled();
    const { writeFileSync } = await import('node:fs');
    writeFileSync(kubeconfig, cluster.kubeconfig);
    port = await freePort();
    const text = `.:${port} {\n bind 127.0.0.1\n kubernetes cluster.local in-addr.arpa {\n pods insecure\n }\n}\n`;
    running = await startServing({
      corefile: async () => ({ text, file: 'Corefile' }),
      workingDirectory: '/',
      environment: {},
      output: () => {},
      clusterAccess: () => endpointAccess({ url: cluster.url }),
    });
  });

  afterAll(async () => {
    await running.stop();
    await cluster.stop();
    folder[Symbol.dispose]();
  });

  it.each<[args: string, code: number, out: readonly string[]]>([
    ['web-service', 0, ['web-service.default.svc.cluster.local has address 10.107.37.188']],
    ['web-service --as default/test', 0, ['web-service.default.svc.cluster.local has address 10.107.37.188']],
    ['web-service.default --as shop', 0, ['web-service.default.svc.cluster.local has address 10.107.37.188']],
    ['web-service --as shop', 1, ['Host web-service not found: 2(SERVFAIL)']],
    ['web-service.default.svc.cluster.local.', 0, ['web-service.default.svc.cluster.local has address 10.107.37.188']],
    ['web-service AAAA', 0, ['web-service.default.svc.cluster.local has no AAAA record']],
    [
      '_http._tcp.web-service SRV',
      0,
      [
        '_http._tcp.web-service.default.svc.cluster.local has SRV record 0 100 80 web-service.default.svc.cluster.local.',
      ],
    ],
    ['10.107.37.188', 0, ['188.37.107.10.in-addr.arpa domain name pointer web-service.default.svc.cluster.local.']],
    ['10.107.37.189', 1, ['Host 189.37.107.10.in-addr.arpa. not found: 3(NXDOMAIN)']],
    ['dns-version TXT --as default/test', 0, ['dns-version.cluster.local descriptive text "1.1.0"']],
    [
      'mail.shop',
      1,
      [
        'mail.shop.svc.cluster.local is an alias for smtp.example.com.',
        ...twice('Host smtp.example.com not found: 2(SERVFAIL)'),
      ],
    ],
    [
      'search.shop',
      0,
      [
        expect.stringMatching(/^search\.shop\.svc\.cluster\.local has address 10\./),
        expect.stringMatching(/^search\.shop\.svc\.cluster\.local has IPv6 address fd/),
      ],
    ],
    ['::1', 1, [`Host 1.${'0.'.repeat(31)}ip6.arpa not found: 2(SERVFAIL)`]],
    ['10-244-2-5.default.pod', 0, ['10-244-2-5.default.pod.cluster.local has address 10.244.2.5']],
    ['nosuch.default.svc.cluster.local.', 1, ['Host nosuch.default.svc.cluster.local. not found: 3(NXDOMAIN)']],
  ])('%s', async (args, code, out) => {
    const words = [...args.split(' '), '--server', `127.0.0.1:${port}`, '--kubeconfig', kubeconfig];
    expect(await runCommand(ask, words)).toEqual({ code, out, error: [] });
  });

  it('takes the kubeconfig of the environment', async () => {
    const words = ['web-service', '--as', 'default/test', '--server', `127.0.0.1:${port}`];
    // A running `clusterfirst dev` of this user would come first.
    using empty = temporaryFolder();
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = empty.path;
    try {
      expect((await runCommand(ask, words, { environment: { KUBECONFIG: kubeconfig } })).code).toBe(0);
      await expect(runCommand(ask, words)).rejects.toThrow(/^no embedded cluster is running: .*--kubeconfig FILE$/);
      await expect(runCommand(ask, ['web-service'])).rejects.toThrow(/^no embedded cluster is running: .*--server/);
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
  });

  it.each([
    ['', 'which name? clusterfirst ask NAME'],
    ['web BOGUS --server 127.0.0.1', '"BOGUS" is no record type'],
    ['web --server nowhere', '--server takes ADDRESS or ADDRESS:PORT, not "nowhere"'],
    ['web --server 127.0.0.1:70000', '--server takes ADDRESS or ADDRESS:PORT, not "127.0.0.1:70000"'],
    ['web --as a/b/c --server 127.0.0.1', '--as takes NAMESPACE or NAMESPACE/POD, not "a/b/c"'],
    ['web --as / --server 127.0.0.1', '--as takes NAMESPACE or NAMESPACE/POD, not "/"'],
    ['a..b --server 127.0.0.1', '"a..b" is no domain name: a label is empty'],
  ])('%s makes no sense', async (args, message) => {
    await expect(runCommand(ask, args === '' ? [] : args.split(' '))).rejects.toThrow(new UsageError(message));
  });

  it('says that a pod is not there, or has no resolver of the cluster', async () => {
    const words = (pod: string): string[] => [
      'web',
      '--as',
      pod,
      '--server',
      `127.0.0.1:${port}`,
      '--kubeconfig',
      kubeconfig,
    ];
    await expect(runCommand(ask, words('default/nosuch'))).rejects.toThrow(UserError);
    await expect(runCommand(ask, words('default/nosuch'))).rejects.toThrow(
      /^there is no pod nosuch in namespace default; /,
    );
  });

  it.each(['[::1]:PORT', '::1', '127.0.0.1'])('understands --server %s', async (server) => {
    const words = ['a.', '--server', server.replace('PORT', '1')];
    await expect(runCommand(ask, words)).rejects.toThrow(/^the DNS server at .* gives no answer: /);
  });
});
