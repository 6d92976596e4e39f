import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'rolldown';
import { HERE } from './measured-process.ts';

/** Programs as they are shipped: plain JavaScript in one piece. Running the sources takes 36 MB more, for the compiler. */
export interface Bundles {
  readonly probe: string;
  readonly watch: string;
  readonly server: string;
}

export async function makeBundles(): Promise<Bundles> {
  const directory = join(HERE, '../../node_modules/.cache/bench-kube');
  const bundle = async (name: string, input: string): Promise<string> => {
    const dir = join(directory, 'dist', name);
    const external = ['koffi', 'yaml', /^node:/];
    await build({ input, platform: 'node', external, output: { dir, format: 'esm' }, logLevel: 'silent' });
    return join(dir, `${input.split('/').at(-1)?.replace(/\.ts$/, '')}.js`);
  };
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{"type":"module","version":"0.0.0"}\n');
  const watch = await bundle('watch', join(HERE, 'watch-process.ts'));
  const server = await bundle('server', join(HERE, 'server-process.ts'));
  return { watch, server, probe: await bundle('probe', join(HERE, 'probe.ts')) };
}
