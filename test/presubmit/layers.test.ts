import { describe, expect, it } from 'vitest';
import { type SourceFile, sourceFiles } from './source-files.ts';

/** Which layers a layer may import besides itself: the picture in ARCHITECTURE.md. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  dns: [],
  corefile: [],
  metrics: [],
  log: [],
  kube: ['metrics', 'log'],
  kubelet: [],
  migrate: ['corefile'],
  zone: ['dns', 'log'],
  transport: ['dns', 'log', 'metrics'],
  'plugin-api': ['dns', 'corefile', 'metrics', 'log', 'kube', 'zone', 'transport'],
  plugins: ['dns', 'corefile', 'metrics', 'log', 'kube', 'zone', 'transport', 'plugin-api'],
  server: ['dns', 'corefile', 'metrics', 'log', 'kube', 'transport', 'plugin-api'],
  devcluster: ['dns', 'corefile', 'metrics', 'log', 'kube'],
  cli: [
    'dns',
    'corefile',
    'metrics',
    'log',
    'kube',
    'kubelet',
    'migrate',
    'zone',
    'transport',
    'plugin-api',
    'plugins',
    'server',
    'devcluster',
  ],
};

/** `src/plugins/cache/store.ts` is in layer `plugins`. */
function layerOf(path: string): string {
  return path.split('/')[1] ?? '';
}

/** `src/plugins/cache/store.ts` belongs to plugin `cache`; `src/plugins/order.ts` to none. */
function pluginOf(path: string): string | undefined {
  const [, layer, name, file] = path.split('/');
  return layer === 'plugins' && file !== undefined ? name : undefined;
}

const files = sourceFiles();

describe('layers', () => {
  it('has a row for every folder', () => {
    expect([...new Set(files.map(({ path }) => layerOf(path)))].toSorted()).toEqual(Object.keys(mayImport).toSorted());
  });

  it.each(files.map((file): [string, SourceFile] => [file.path, file]))(
    '%s imports only what its layer may',
    (path, file) => {
      const layer = layerOf(path);
      const allowed = new Set([layer, ...(mayImport[layer] ?? [])]);
      expect(file.imports.filter((target) => !allowed.has(layerOf(target)))).toEqual([]);
    },
  );

  it('lets no plugin import another', () => {
    const crossing = files.flatMap(({ path, imports }) => {
      const own = pluginOf(path);
      if (own === undefined) return [];
      return imports
        .filter((target) => layerOf(target) === 'plugins' && pluginOf(target) !== own)
        .map((target) => `${path} → ${target}`);
    });
    expect(crossing).toEqual([]);
  });

  it('keeps test helpers out of the product', () => {
    const helpers = files.flatMap(({ path, imports }) =>
      isTestOnly(path) ? [] : imports.filter(isTestOnly).map((target) => `${path} → ${target}`),
    );
    expect(helpers).toEqual([]);
  });
});

function isTestOnly(path: string): boolean {
  return (
    path.endsWith('.test.ts') ||
    path.endsWith('/testing.ts') ||
    path.includes('/testing/') ||
    path.endsWith('.testing.ts')
  );
}
