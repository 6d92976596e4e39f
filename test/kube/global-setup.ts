import { build } from './build.ts';

export default async function setup(): Promise<void> {
  await build((line) => process.stderr.write(`test/kube: ${line}\n`));
}
