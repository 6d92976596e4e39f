import { readFileSync } from 'node:fs';

/** `clusterfirst-0.1.0`, from the package that this file belongs to. */
export function productVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const { name, version } = JSON.parse(text) as { readonly name: string; readonly version: string };
  return `${name}-${version}`;
}

/** `linux/amd64, node24.1.0`: the second line that CoreDNS prints of itself, in our terms. */
export function platformLine(): string {
  const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return `${process.platform}/${architectures[process.arch] ?? process.arch}, node${process.versions.node}`;
}
