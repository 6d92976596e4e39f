import { describe, expect, it } from 'vitest';
import { migrated } from './testing.ts';
import type { Version } from './versions.ts';

/** The Corefile that Kubernetes installed with a CoreDNS: the lines of its one block, options indented. */
function corefileOf(...lines: readonly string[]): string {
  return `.:53 {\n${lines.map((line) => `    ${line}\n`).join('')}}\n`;
}

const kubernetes = (...options: readonly string[]): readonly string[] => [
  'kubernetes cluster.local in-addr.arpa ip6.arpa {',
  ...options.map((option) => `    ${option}`),
  '}',
];
const FALLTHROUGH = 'fallthrough in-addr.arpa ip6.arpa';
const TAIL = ['cache 30', 'loop', 'reload', 'loadbalance'];
const HEALTH = ['health {', '    lameduck 5s', '}'];
const FORWARD = ['forward . /etc/resolv.conf {', '    max_concurrent 1000', '}'];

const DEFAULTS: readonly (readonly [kubernetes: string, version: Version, before: string, after: string])[] = [
  [
    '1.11',
    '1.1.3',
    corefileOf(
      'errors',
      'health',
      ...kubernetes('pods insecure', 'upstream', FALLTHROUGH),
      'prometheus :9153',
      'proxy . /etc/resolv.conf',
      'cache 30',
      'reload',
    ),
    corefileOf(
      'errors',
      ...HEALTH,
      ...kubernetes('pods insecure', FALLTHROUGH),
      'prometheus :9153',
      ...FORWARD,
      'cache 30',
      'reload',
      'loop',
      'ready',
    ),
  ],
  ...(['1.2.2', '1.2.6'] as const).map(
    (version) =>
      [
        version === '1.2.2' ? '1.12' : '1.13',
        version,
        corefileOf(
          'errors',
          'health',
          ...kubernetes('pods insecure', 'upstream', FALLTHROUGH),
          'prometheus :9153',
          'proxy . /etc/resolv.conf',
          ...TAIL,
        ),
        corefileOf(
          'errors',
          ...HEALTH,
          ...kubernetes('pods insecure', FALLTHROUGH),
          'prometheus :9153',
          ...FORWARD,
          ...TAIL,
          'ready',
        ),
      ] as const,
  ),
  [
    '1.14',
    '1.3.1',
    corefileOf(
      'errors',
      'health',
      ...kubernetes('pods insecure', 'upstream', FALLTHROUGH, 'ttl 30'),
      'prometheus :9153',
      'forward . /etc/resolv.conf',
      ...TAIL,
    ),
    corefileOf(
      'errors',
      ...HEALTH,
      ...kubernetes('pods insecure', FALLTHROUGH, 'ttl 30'),
      'prometheus :9153',
      ...FORWARD,
      ...TAIL,
      'ready',
    ),
  ],
  [
    '1.16',
    '1.6.2',
    corefileOf(
      'errors',
      'health',
      'ready',
      ...kubernetes('pods insecure', FALLTHROUGH, 'ttl 30'),
      'prometheus :9153',
      'forward . /etc/resolv.conf',
      ...TAIL,
    ),
    corefileOf(
      'errors',
      ...HEALTH,
      'ready',
      ...kubernetes('pods insecure', FALLTHROUGH, 'ttl 30'),
      'prometheus :9153',
      ...FORWARD,
      ...TAIL,
    ),
  ],
  ...(['1.6.5', '1.6.7'] as const).map(
    (version) =>
      [
        version === '1.6.5' ? '1.17' : '1.18',
        version,
        corefileOf(
          'errors',
          ...HEALTH,
          'ready',
          ...kubernetes('pods insecure', FALLTHROUGH, 'ttl 30'),
          'prometheus :9153',
          'forward . /etc/resolv.conf',
          ...TAIL,
        ),
        corefileOf(
          'errors',
          ...HEALTH,
          'ready',
          ...kubernetes('pods insecure', FALLTHROUGH, 'ttl 30'),
          'prometheus :9153',
          ...FORWARD,
          ...TAIL,
        ),
      ] as const,
  ),
  ...(['1.7.0', '1.8.0', '1.15.0'] as const).map((version) => {
    const text = corefileOf(
      'errors',
      ...HEALTH,
      'ready',
      ...kubernetes('pods insecure', FALLTHROUGH, 'ttl 30'),
      'prometheus :9153',
      ...FORWARD,
      ...TAIL,
    );
    return [version === '1.7.0' ? '1.19' : '1.21 and later', version, text, text] as const;
  }),
];

describe('the Corefile of Kubernetes', () => {
  it.each(DEFAULTS)('%s, CoreDNS %s', (_, version, before, after) => {
    const { corefile } = migrated(before, version);
    expect(corefile).toBe(after);
    expect(migrated(corefile, version).corefile).toBe(after);
  });
});
