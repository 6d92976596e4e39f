import { expect, test } from 'vitest';

import { recordOf } from '../objects.ts';
import { call, startTestCluster } from '../testing.ts';

const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx}]}
`;

test('a deployment has pods that run, and takes them with it', async () => {
  await using cluster = await startTestCluster({ controllers: true });
  const pods = (): readonly string[] => cluster.list('v1', 'Pod', 'default').map(({ metadata }) => metadata.name);
  await cluster.loadText(DEPLOYMENT);
  expect(pods()).toHaveLength(2);
  expect(pods()[0]).toMatch(/^web-[a-z0-9]{10}-[a-z0-9]{5}$/);
  expect(recordOf(cluster.get('apps/v1', 'Deployment', 'default', 'web')?.status).readyReplicas).toBe(2);

  const before = pods();
  await cluster.loadText(DEPLOYMENT.replace('nginx', 'nginx:2'));
  expect(pods()).toHaveLength(2);
  expect(pods().filter((name) => before.includes(name))).toEqual([]);

  await call(cluster, 'DELETE', '/apis/apps/v1/namespaces/default/deployments/web', {
    propagationPolicy: 'Background',
  });
  await cluster.settled();
  expect(pods()).toEqual([]);
});

test('a stateful set has pods with names below its service', async () => {
  await using cluster = await startTestCluster({ controllers: true });
  await cluster.loadText(
    DEPLOYMENT.replace('Deployment', 'StatefulSet').replace('replicas: 2', 'replicas: 2\n  serviceName: web'),
  );
  const pods = cluster.list('v1', 'Pod', 'default');
  expect(pods.map(({ metadata }) => metadata.name)).toEqual(['web-0', 'web-1']);
  expect(recordOf(pods[1]?.spec)).toMatchObject({ hostname: 'web-1', subdomain: 'web' });
});

const pod = (name: string, status: string): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}}, spec: {containers: [{name: a, image: b}]}, status: ${status}}`;

test('a pod gets addresses, or keeps the one of its manifest', async () => {
  await using cluster = await startTestCluster({ controllers: true, podCidr: '10.9.0.0/16' });
  await cluster.loadText(
    `${pod('free', '{}')}\n---\n${pod('fixed', '{podIP: 10.9.2.2}')}\n---\n${pod('done', '{phase: Succeeded}')}`,
  );
  const status = (name: string): unknown => cluster.get('v1', 'Pod', 'default', name)?.status;
  expect(status('free')).toMatchObject({ phase: 'Running', podIP: '10.9.1.2', hostIP: '192.0.2.10' });
  expect(status('fixed')).toMatchObject({ phase: 'Running', podIP: '10.9.2.2', hostIP: '192.0.2.11' });
  expect(status('done')).toEqual({ phase: 'Succeeded', qosClass: 'BestEffort' });
});

test('a namespace is emptied before it goes', async () => {
  await using cluster = await startTestCluster();
  await cluster.loadText('{apiVersion: v1, kind: Namespace, metadata: {name: team}}');
  await cluster.loadText('{apiVersion: v1, kind: ConfigMap, metadata: {name: free, namespace: team}}');
  await cluster.loadText(
    '{apiVersion: v1, kind: ConfigMap, metadata: {name: held, namespace: team, finalizers: [example.com/hold]}}',
  );
  const { body } = await call(cluster, 'DELETE', '/api/v1/namespaces/team');
  expect(body).toMatchObject({ kind: 'Namespace', status: { phase: 'Terminating' } });
  await cluster.settled();
  expect(cluster.get('v1', 'ConfigMap', 'team', 'free')).toBeUndefined();

  const refused = await call(cluster, 'POST', '/api/v1/namespaces/team/configmaps', { metadata: { name: 'late' } });
  expect(refused.body).toMatchObject({ code: 403, reason: 'Forbidden' });

  const path = '/api/v1/namespaces/team/configmaps/held';
  await call(
    cluster,
    'PATCH',
    path,
    { metadata: { finalizers: null } },
    { 'Content-Type': 'application/merge-patch+json' },
  );
  await cluster.settled();
  expect(cluster.get('v1', 'Namespace', '', 'team')).toBeUndefined();
});
