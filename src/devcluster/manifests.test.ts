import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';

import { startTestCluster } from './testing.ts';

test.each([
  ['no YAML', 'a: [1', 'm.yaml:1:6: this is no YAML'],
  ['no object', '- 1', 'm.yaml:1:1: this is no object; a manifest starts with apiVersion and kind'],
  ['no kind', 'apiVersion: v1\nmetadata: {name: a}', 'm.yaml:1:1: kind is missing'],
  ['no name', 'apiVersion: v1\nkind: Pod\nmetadata:\n  labels: {}', 'm.yaml:4:3: metadata.name is missing'],
  [
    'an unknown kind',
    'apiVersion: v1\nkind: Sevrice\nmetadata: {name: a}',
    'm.yaml:2:7: no matches for kind "Sevrice" in version "v1"',
  ],
  [
    'an unknown member',
    'apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  porst: 1',
    'm.yaml:5:10: Service in version "v1" cannot be handled as a Service: strict decoding error: unknown field "spec.porst"',
  ],
  [
    'an invalid value, in the second document',
    'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec:\n  ports:\n    - port: 80\n      name: a\n    - port: 70000\n      name: b',
    'm.yaml:12:13: Service "a" is invalid: [spec.ports[1].port: Invalid value: 70000: must be between 1 and 65535',
  ],
])('%s: says where', async (_what, text, message) => {
  await using cluster = await startTestCluster();
  await expect(cluster.loadText(text, 'm.yaml')).rejects.toThrow(message);
});

test('a namespace that is not there', async () => {
  await using cluster = await startTestCluster({ controllers: true });
  const text = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  namespace: none';
  await expect(cluster.loadText(text, 'm.yaml')).rejects.toThrow('m.yaml:5:14: there is no namespace none; put');
});

test('a path that is not there, and a folder without manifests', async () => {
  await using cluster = await startTestCluster();
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  await expect(cluster.load(join(folder, 'none'))).rejects.toThrow('none: there is no such file or folder');
  await expect(cluster.load(folder)).rejects.toThrow('the folder has no manifests');
});

const config = (name: string): string => `{apiVersion: v1, kind: ConfigMap, metadata: {name: ${name}}}`;

test('files are loaded in the order of their names, lists are taken apart', async () => {
  await using cluster = await startTestCluster();
  const folder = mkdtempSync(join(tmpdir(), 'manifests-'));
  writeFileSync(join(folder, '2.yaml'), `---\n# nothing\n---\n${config('c')}`);
  writeFileSync(
    join(folder, '1.json'),
    `{"apiVersion": "v1", "kind": "List", "items": [${config('a')}, ${config('b')}]}`,
  );
  writeFileSync(join(folder, 'README.md'), 'no manifest');
  await cluster.load(folder);
  const maps = cluster.list('v1', 'ConfigMap', 'default');
  const byVersion = maps.toSorted((a, b) => Number(a.metadata.resourceVersion) - Number(b.metadata.resourceVersion));
  expect(byVersion.map(({ metadata }) => metadata.name)).toEqual(['a', 'b', 'c']);
});
