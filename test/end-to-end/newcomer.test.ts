import { spawn } from 'node:child_process';
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCorefile } from '../../src/cli/default-corefile.ts';
import { runProcess, temporaryFolder, TestProcess } from '../../src/cli/testing.ts';
import { claimPorts, type PortBlock } from '../conformance/ports.ts';
import { missing, run, unless } from './tools.ts';

/** What Kubernetes 1.11 installed, letter for letter. */
const KUBERNETES_1_11 = `.:53 {
    errors
    health
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        upstream
        fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    proxy . /etc/resolv.conf
    cache 30
    reload
}
`;

it('the Corefile of the embedded cluster is the one of old clusters', () => {
  expect(defaultCorefile).toBe(KUBERNETES_1_11);
});

const { title, skip } = unless('a newcomer', missing('dig', 'kubectl'));

describe.skipIf(skip)(title, () => {
  const folder = temporaryFolder();
  const environment = { TMPDIR: folder.path };
  let ports: PortBlock;
  let port = 0;
  let healthPort = 0;
  let metricsPort = 0;
  let corefile = '';
  let kubeconfig = '';
  let child: TestProcess;

  beforeAll(async () => {
    ports = await claimPorts();
    [port, healthPort, metricsPort] = [await ports.next(), await ports.next(), await ports.next()];
    corefile = KUBERNETES_1_11.replace('health\n', `health :${healthPort}\n`).replace(':9153', `:${metricsPort}`);
    writeFileSync(join(folder.path, 'Corefile'), corefile);
    child = new TestProcess(['dev', '--port', String(port), '--corefile', 'Corefile'], {
      folder: folder.path,
      environment,
    });
    await child.line(/^Ctrl-C/);
    kubeconfig = / kubeconfig +(\S+)/.exec(child.lines)?.[1] ?? '';
  });

  afterAll(async () => {
    await child[Symbol.asyncDispose]();
    await ports[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** Lines of `dig +short` of our server. */
  async function dig(...words: readonly string[]): Promise<string[]> {
    const { out } = await run('dig', ['+short', '+time=5', '+tries=1', '@127.0.0.1', '-p', String(port), ...words]);
    return out.split('\n').filter((line) => line !== '');
  }

  /** What kubectl printed on standard output; fails when kubectl does. */
  async function kubectl(line: string, settings: { readonly editor?: string } = {}): Promise<string> {
    const { code, out, error } = await run('kubectl', kubectlWords(line), {
      HOME: folder.path,
      ...(settings.editor === undefined ? {} : { KUBE_EDITOR: settings.editor }),
    });
    expect([code, error]).toEqual([0, expect.not.stringMatching(/error/i)]);
    return out;
  }

  function kubectlWords(line: string): string[] {
    return ['--kubeconfig', kubeconfig, '--cache-dir', join(folder.path, 'cache'), ...line.split(' ')];
  }

  /** An editor that applies a sed expression. */
  function editor(expression: string): string {
    const path = join(folder.path, `editor-${expression.length}`);
    writeFileSync(path, `#!/bin/sh\nexec sed -i '${expression}' "$1"\n`);
    chmodSync(path, 0o755);
    return path;
  }

  it('is told in a few lines what runs where, and what to try', () => {
    const [warnings, rest] = [
      child.out.filter((line) => line.startsWith('[WARNING]')),
      child.out.filter((line) => !line.startsWith('[')),
    ];
    expect(warnings).toEqual([
      expect.stringMatching(/Corefile:6:9: "upstream" .*remove the line/),
      expect.stringMatching(/Corefile:10:5: "proxy" .*write "forward"/),
    ]);
    expect(rest).toEqual([
      expect.stringMatching(/ready in \d\.\d s$/),
      '',
      `  DNS         127.0.0.1 port ${port}, UDP and TCP; configured by ConfigMap kube-system/coredns`,
      expect.stringMatching(/^ {2}API server {2}http:\/\/127\.0\.0\.1:\d+$/),
      `  kubeconfig  ${kubeconfig}`,
      '',
      'Try in another terminal:',
      `  dig +short @127.0.0.1 -p ${port} web-service.default.svc.cluster.local`,
      '  npx clusterfirst ask web-service --as default/test',
      `  kubectl --kubeconfig ${kubeconfig} get svc,pods,endpointslices -A`,
      '',
      'Ctrl-C ends everything.',
    ]);
  });

  it.each([
    ['web-service.default.svc.cluster.local', ['10.107.37.188']],
    ['+tcp web-service.default.svc.cluster.local', ['10.107.37.188']],
    ['10-244-2-5.default.pod.cluster.local', ['10.244.2.5']],
    ['-x 10.107.37.188', ['web-service.default.svc.cluster.local.']],
    ['_http._tcp.web-service.default.svc.cluster.local SRV', ['0 100 80 web-service.default.svc.cluster.local.']],
    ['nosuch.default.svc.cluster.local', []],
  ])('dig %s', async (words, lines) => {
    expect(await dig(...words.split(' '))).toEqual(lines);
  });

  it('kubectl get shows tables', async () => {
    const table = await kubectl('get svc,pods,endpointslices -A');
    expect(table).toMatch(/^NAMESPACE +NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE$/m);
    expect(table).toMatch(/^default +service\/web-service +ClusterIP +10\.107\.37\.188 +<none> +80\/TCP +\S+$/m);
    expect(table).toMatch(/^NAMESPACE +NAME +READY +STATUS +RESTARTS +AGE$/m);
    expect(table).toMatch(/^default +pod\/test +1\/1 +Running +0 +\S+$/m);
    expect(table).toMatch(/^NAMESPACE +NAME +ADDRESSTYPE +PORTS +ENDPOINTS +AGE$/m);
    expect(table).toMatch(
      /^default +endpointslice\.discovery\.k8s\.io\/web-service-\S+ +IPv4 +8080 +10\.244\.\S+ +\S+$/m,
    );
  });

  it('kubectl get shows the Corefile', async () => {
    expect(await kubectl('get configmap -n kube-system coredns -o jsonpath={.data.Corefile}')).toBe(corefile);
    expect(await kubectl('get configmap -n kube-system coredns -o yaml')).toContain('proxy . /etc/resolv.conf');
  });

  describe('changes are in the very next answer', () => {
    it('create, delete', async () => {
      expect(await dig('shop.default.svc.cluster.local')).toEqual([]);
      expect(await kubectl('create service clusterip shop --tcp=80')).toBe('service/shop created\n');
      const address = await dig('shop.default.svc.cluster.local');
      expect(address).toEqual([await kubectl('get svc shop -o jsonpath={.spec.clusterIP}')]);
      expect(await dig('-x', address[0] ?? '')).toEqual(['shop.default.svc.cluster.local.']);
      expect(await kubectl('delete service shop')).toBe('service "shop" deleted\n');
      expect(await dig('shop.default.svc.cluster.local')).toEqual([]);
    });

    it('apply, twice', async () => {
      const manifest = join(folder.path, 'stock.yaml');
      const text = (address: string): string =>
        `apiVersion: v1\nkind: Service\nmetadata: {name: stock}\nspec:\n  clusterIP: None\n  ports: [{port: 80}]\n---\n` +
        `apiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: stock-1, labels: {kubernetes.io/service-name: stock}}\n` +
        `addressType: IPv4\nports: [{port: 80}]\nendpoints: [{addresses: [${address}], conditions: {ready: true}}]\n`;
      writeFileSync(manifest, text('10.1.1.1'));
      expect(await kubectl(`apply -f ${manifest}`)).toMatch(/service\/stock created\n.*stock-1 created\n/);
      expect(await dig('stock.default.svc.cluster.local')).toEqual(['10.1.1.1']);
      writeFileSync(manifest, text('10.1.1.2'));
      expect(await kubectl(`apply -f ${manifest}`)).toMatch(/service\/stock unchanged\n.*stock-1 configured\n/);
      expect(await dig('stock.default.svc.cluster.local')).toEqual(['10.1.1.2']);
      await kubectl(`delete -f ${manifest}`);
      expect(await dig('stock.default.svc.cluster.local')).toEqual([]);
    });

    it('edit', async () => {
      const name = '_web._tcp.web-service.default.svc.cluster.local';
      expect(await dig(name, 'SRV')).toEqual([]);
      expect(await kubectl('edit service web-service', { editor: editor('s/name: http$/name: web/') })).toBe(
        'service/web-service edited\n',
      );
      expect(await dig(name, 'SRV')).toEqual(['0 100 80 web-service.default.svc.cluster.local.']);
      await kubectl('edit service web-service', { editor: editor('s/name: web$/name: http/') });
      expect(await dig(name, 'SRV')).toEqual([]);
    });

    it('get -w', async () => {
      const watch = spawn('kubectl', kubectlWords('get services -w -o name'), {
        env: { PATH: process.env['PATH'], HOME: folder.path },
      });
      try {
        const lines = createInterface({ input: watch.stdout })[Symbol.asyncIterator]();
        const next = async (expected: string): Promise<void> => {
          for (let line = await lines.next(); line.done !== true; line = await lines.next())
            if (line.value === expected) return;
          throw new Error(`kubectl get -w ended without ${expected}`);
        };
        await next('service/web-service');
        await kubectl('create service clusterip seen --tcp=80');
        await next('service/seen');
        expect(await dig('seen.default.svc.cluster.local')).toHaveLength(1);
        await kubectl('delete service seen');
        await next('service/seen');
      } finally {
        watch.kill();
      }
    });
  });

  it('kubectl edit of the Corefile reloads, unless it is broken', async () => {
    let from = child.out.length;
    await kubectl('edit configmap coredns -n kube-system', {
      editor: editor('s/pods insecure/pods disabled/'),
    });
    await child.line(/Reloading complete/, from);
    expect(await dig('10-244-2-5.default.pod.cluster.local')).toEqual([]);

    from = child.out.length;
    await kubectl('edit configmap coredns -n kube-system', {
      editor: editor('s/^\\( *\\)errors$/\\1erors/'),
    });
    await child.line(/the old configuration keeps serving/, from);
    expect(child.out.slice(from)).toContain(
      'configmap/kube-system/coredns/Corefile:2:5: error: there is no plugin "erors"',
    );
    expect(child.out.slice(from)).toContain('    hint: did you mean "errors"?');
    expect(await dig('web-service.default.svc.cluster.local')).toEqual(['10.107.37.188']);

    from = child.out.length;
    await kubectl('edit configmap coredns -n kube-system', {
      editor: editor('s/erors/errors/;s/pods disabled/pods insecure/'),
    });
    await child.line(/Reloading complete/, from);
    expect(await dig('10-244-2-5.default.pod.cluster.local')).toEqual(['10.244.2.5']);
  });

  it('ask prints what host prints in the pod', async () => {
    expect(await runProcess(['ask', 'web-service', '--as', 'default/test'], { environment })).toEqual({
      code: 0,
      out: ['web-service.default.svc.cluster.local has address 10.107.37.188'],
      error: [],
    });
  });

  it('probes and metrics are CoreDNS’s', async () => {
    const health = await fetch(`http://127.0.0.1:${healthPort}/health`);
    expect([health.status, await health.text()]).toEqual([200, 'OK']);
    const metrics = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
    const series = new Map(metrics.split('\n').map((line) => [line.replace(/ \S+$/, ''), line.replace(/^.* /, '')]));
    const server = `server="dns://:${port}",zone=".",view=""`;
    expect(series.get(`coredns_dns_requests_total{${server},proto="tcp",family="1",type="A"}`)).toBe('1');
    expect(series.get('coredns_panics_total')).toBe('0');
    for (const name of ['coredns_build_info', 'coredns_cache_misses_total', 'coredns_dns_responses_total']) {
      expect(
        [...series.keys()].filter((key) => key.startsWith(`${name}{`)),
        name,
      ).not.toEqual([]);
    }
  });

  it('Ctrl-C ends everything within a second', async () => {
    const began = performance.now();
    child.signal('SIGINT');
    const { code, error } = await child.ended();
    expect([code, error]).toEqual([0, []]);
    expect(performance.now() - began).toBeLessThan(1000);
    expect((await run('dig', ['+time=1', '+tries=1', '@127.0.0.1', '-p', String(port), 'a.test'])).code).toBe(9);
  });
});
