import { readFileSync } from 'node:fs';

/** `0.1.0`: the version of the package that this file belongs to. */
export function productVersion(): string {
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  const description: unknown = JSON.parse(text);
  if (typeof description === 'object' && description !== null && 'version' in description)
    return String(description.version);
  throw new TypeError('package.json has no version');
}

/**
 * The line that says who we are. It names the CoreDNS whose answers these are, since scripts and tests that wait for a server to
 * start look for that name.
 */
export function productLine(): string {
  return `clusterfirst-${productVersion()}, answers as CoreDNS-1.15.0`;
}

/** `linux/amd64, node24.1.0`: the second line that CoreDNS prints of itself, in our terms. */
export function platformLine(): string {
  const architectures: Readonly<Record<string, string>> = { x64: 'amd64', ia32: '386' };
  return `${process.platform}/${architectures[process.arch] ?? process.arch}, node${process.versions.node}`;
}
