import { execFile, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { DevCluster } from './dev-cluster.ts';
import { recordOf } from './objects.ts';
import { startTestCluster } from './testing.ts';

const installed = spawnSync('kubectl', ['version', '--client']).status === 0;

const manifest = (port: number, more = ''): string =>
  `{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{name: http, port: ${port}}]${more}}}`;

// The real client: what it accepts and prints is what people see.
describe.skipIf(!installed)(installed ? 'kubectl' : 'kubectl (skipped: it is not installed)', () => {
  let cluster: DevCluster;
  let folder = '';
  let environment: NodeJS.ProcessEnv = {};

  beforeAll(async () => {
    cluster = await startTestCluster({ controllers: true });
    folder = mkdtempSync(join(tmpdir(), 'kubectl-'));
    writeFileSync(join(folder, 'config'), cluster.kubeconfig);
    environment = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: join(folder, 'config') };
  });

  afterAll(async () => {
    await cluster.stop();
    rmSync(folder, { recursive: true });
  });

  /** Standard output, or what went wrong; `line` is split at spaces, `more` are further arguments as they are. */
  async function kubectl(line: string, ...more: readonly string[]): Promise<string> {
    const words = ['--cache-dir', join(folder, 'cache'), ...line.split(' '), ...more];
    return new Promise((resolve) => {
      execFile('kubectl', words, { env: environment }, (error, output, complaint) =>
        resolve(error === null ? output : complaint),
      );
    });
  }

  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    // Without the first line kubectl would take it for JSON.
    writeFileSync(path, `# manifest\n${text}`);
    return path;
  };

  const spec = (name: string): ReturnType<typeof recordOf> =>
    recordOf(cluster.get('v1', 'Service', 'default', name)?.spec);

  test('create, get, describe, delete', async () => {
    expect(await kubectl('create service clusterip shop --tcp=80')).toBe('service/shop created\n');
    expect(await kubectl('get svc shop')).toMatch(
      /^NAME +TYPE +CLUSTER-IP +EXTERNAL-IP +PORT\(S\) +AGE\nshop +ClusterIP +10\.\S+ +<none> +80\/TCP/,
    );
    expect(await kubectl('get svc shop -o wide')).toContain('app=shop');
    expect(await kubectl('get svc shop -o yaml')).toContain('internalTrafficPolicy: Cluster');
    expect(await kubectl('get svc shop -o jsonpath={.spec.ports[0].port}')).toBe('80');
    expect(await kubectl('describe svc shop')).toContain('TargetPort:               80/TCP');
    expect(await kubectl('create service clusterip shop --tcp=80')).toContain('services "shop" already exists');
    expect(await kubectl('delete svc shop')).toBe('service "shop" deleted\n');
    expect(await kubectl('get svc shop')).toContain('Error from server (NotFound): services "shop" not found');
  });

  test('create other kinds', async () => {
    expect(await kubectl('create configmap settings --from-literal=a=b')).toBe('configmap/settings created\n');
    expect(cluster.get('v1', 'ConfigMap', 'default', 'settings')?.data).toEqual({ a: 'b' });
    expect(await kubectl('create secret generic word --from-literal=a=b')).toBe('secret/word created\n');
    expect(cluster.get('v1', 'Secret', 'default', 'word')).toMatchObject({ data: { a: 'Yg==' }, type: 'Opaque' });
    expect(await kubectl('create namespace team')).toBe('namespace/team created\n');
    expect(await kubectl('delete namespace team')).toBe('namespace "team" deleted\n');
  });

  test('deployments and pods', async () => {
    expect(await kubectl('create deployment demo --image=nginx --replicas=2 --port=80')).toBe(
      'deployment.apps/demo created\n',
    );
    expect(await kubectl('rollout status deployment/demo --timeout=5s')).toContain('successfully rolled out');
    expect(await kubectl('expose deployment demo --port=80')).toBe('service/demo exposed\n');
    await cluster.settled();
    expect(await kubectl('describe svc demo')).toMatch(/Endpoints: +10\.244\.\d+\.\d+:80,10\.244\.\d+\.\d+:80/);
    expect(await kubectl('scale deployment demo --replicas=3')).toBe('deployment.apps/demo scaled\n');
    await cluster.settled();
    expect((await kubectl('get pods -l app=demo --no-headers')).trim().split('\n')).toHaveLength(3);
    expect(await kubectl('get all')).toContain('deployment.apps/demo');
    expect(await kubectl('delete deployment,svc demo')).toContain('deployment.apps "demo" deleted');
    expect(await kubectl('run once --image=busybox -- sleep 1')).toBe('pod/once created\n');
    expect(await kubectl('wait --for=condition=Ready pod/once --timeout=5s')).toBe('pod/once condition met\n');
    expect(await kubectl('get pod once -o wide')).toMatch(/once +1\/1 +Running +0 +\d+s +10\.244\./);
    expect(await kubectl('delete pod once')).toBe('pod "once" deleted\n');
  });

  test('apply, patch, edit, label, annotate', async () => {
    const path = file('web.yaml', manifest(80));
    expect(await kubectl(`apply -f ${path}`)).toBe('service/web created\n');
    expect(await kubectl(`apply -f ${path}`)).toBe('service/web unchanged\n');
    file('web.yaml', manifest(81, ', sessionAffinity: ClientIP'));
    expect(await kubectl(`apply -f ${path} --dry-run=server`)).toBe('service/web configured (server dry run)\n');
    expect(spec('web').ports).toMatchObject([{ port: 80 }]);
    expect(await kubectl(`apply -f ${path}`)).toBe('service/web configured\n');
    expect(spec('web')).toMatchObject({ ports: [{ port: 81 }], sessionAffinity: 'ClientIP' });
    expect(await kubectl(`diff -f ${path}`)).toBe('');
    expect(await kubectl(`apply --server-side -f ${path}`)).toBe('service/web serverside-applied\n');

    expect(
      await kubectl('patch svc web --type=json -p', '[{"op":"replace","path":"/spec/ports/0/port","value":82}]'),
    ).toBe('service/web patched\n');
    expect(await kubectl('patch svc web -p', '{"spec":{"ports":[{"port":83,"name":"more"}]}}')).toBe(
      'service/web patched\n',
    );
    expect(spec('web').ports).toMatchObject([{ port: 83 }, { port: 82 }]);
    expect(
      await kubectl('patch svc web --subresource=status --type=merge -p', '{"status":{"conditions":[]}}'),
    ).toContain('patched');

    environment.KUBE_EDITOR = 'sed -i /port:/s/83/84/';
    expect(await kubectl('edit svc web')).toBe('service/web edited\n');
    expect(spec('web').ports).toMatchObject([{ port: 84 }, { port: 82 }]);

    expect(await kubectl('label svc web tier=edge')).toBe('service/web labeled\n');
    expect(await kubectl('annotate svc web note=text')).toBe('service/web annotated\n');
    expect(cluster.get('v1', 'Service', 'default', 'web')?.metadata).toMatchObject({
      labels: { tier: 'edge' },
      annotations: { note: 'text' },
    });
    expect(await kubectl(`replace -f ${path}`)).toBe('service/web replaced\n');
    expect(await kubectl(`delete -f ${path}`)).toBe('service "web" deleted\n');
  });

  test('mistakes are told', async () => {
    const odd = '{apiVersion: v1, kind: Service, metadata: {name: odd}, spec: {porst: 3, ports: [{port: 80}]}}';
    expect(await kubectl(`create -f ${file('odd.yaml', odd)}`)).toContain(
      'strict decoding error: unknown field "spec.porst"',
    );
    const bad = '{apiVersion: v1, kind: Service, metadata: {name: bad}, spec: {ports: [{port: 0, targetPort: 1}]}}';
    expect(await kubectl(`apply -f ${file('bad.yaml', bad)}`)).toContain(
      'The Service "bad" is invalid: spec.ports[0].port: Invalid value: 0',
    );
  });

  test('custom resources, api-resources, explain', async () => {
    const crd =
      '{apiVersion: apiextensions.k8s.io/v1, kind: CustomResourceDefinition, metadata: {name: things.example.com}, spec: {group: example.com, scope: Namespaced, names: {kind: Thing, plural: things}, versions: [{name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}]}}';
    expect(await kubectl(`apply -f ${file('crd.yaml', crd)}`)).toContain('created');
    const thing = '{apiVersion: example.com/v1, kind: Thing, metadata: {name: one}, spec: {size: 3}}';
    expect(await kubectl(`apply -f ${file('thing.yaml', thing)}`)).toBe('thing.example.com/one created\n');
    expect(await kubectl('get things')).toMatch(/^NAME +AGE\none +\d+s\n$/);
    expect(await kubectl('api-resources')).toMatch(/services +svc +v1 +true +Service/);
    expect(await kubectl('explain service.spec.ports.targetPort')).toContain('FIELD: targetPort');
  });

  test('get -w goes on', async () => {
    const child = spawn('kubectl', ['--cache-dir', join(folder, 'cache'), 'get', 'svc', '-w', '--no-headers'], {
      env: environment,
    });
    let seen = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => (seen += chunk));
    const shown = async (text: RegExp): Promise<void> => expect.poll(() => seen, { timeout: 5000 }).toMatch(text);
    await shown(/kubernetes/);
    cluster.apply({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'later' }, spec: { ports: [{ port: 80 }] } });
    await shown(/later +ClusterIP/);
    child.kill();
  });
});
