import { describe, expect, it } from 'vitest';
import { memoryImports } from '../corefile/memory-imports.ts';
import { parseCorefile } from '../corefile/parse.ts';
import { type KubeDNSConfig, migrateKubeDNS } from './kube-dns.ts';

const NOTHING: KubeDNSConfig = { stubDomains: undefined, upstreamNameservers: undefined, federations: undefined };

/** The `forward` lines of each server block by its key. */
function forwards(corefile: string | undefined): Readonly<Record<string, string>> {
  const options = { file: 'Corefile', environment: {}, imports: memoryImports({}) };
  const parsed = parseCorefile(corefile ?? '', options);
  expect(parsed.problems).toEqual([]);
  return Object.fromEntries(
    parsed.corefile.blocks.map(({ keys, directives }) => [
      keys.map(({ text }) => text).join(' '),
      directives
        .filter(({ name }) => name.text === 'forward')
        .map((line) => line.arguments.map(({ text }) => text).join(' '))
        .join('; '),
    ]),
  );
}

describe('a ConfigMap of kube-dns', () => {
  it('without anything is the Corefile of Kubernetes', () => {
    const { corefile, problems } = migrateKubeDNS(NOTHING, 'cluster.local');
    expect(problems).toEqual([]);
    expect(corefile).toBe(`.:53 {
    errors
    health {
        lameduck 5s
    }
    ready
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    prometheus :9153
    forward . /etc/resolv.conf {
        max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`);
  });

  it('gives each stub domain a server block', () => {
    const { corefile } = migrateKubeDNS(
      { ...NOTHING, stubDomains: '{"acme.local": ["1.2.3.4", "5.6.7.8:5353"]}' },
      'k8s.example',
    );
    expect(corefile).toContain('    kubernetes k8s.example in-addr.arpa ip6.arpa {\n');
    expect(corefile).toContain(`
acme.local:53 {
    errors
    cache 30
    loop
    forward . 1.2.3.4 5.6.7.8:5353 {
        max_concurrent 1000
    }
}
`);
  });

  it.each<[config: Partial<KubeDNSConfig>, forwards: Readonly<Record<string, string>>]>([
    [{ upstreamNameservers: '["8.8.8.8", "8.8.4.4:5353"]' }, { '.:53': '. 8.8.8.8 8.8.4.4:5353' }],
    [{ upstreamNameservers: '["2001:db8::1", "[2001:db8::2]:53"]' }, { '.:53': '. 2001:db8::1 [2001:db8::2]:53' }],
    [{ upstreamNameservers: '[]' }, { '.:53': '. /etc/resolv.conf' }],
    [{ upstreamNameservers: ' \n', stubDomains: '', federations: '' }, { '.:53': '. /etc/resolv.conf' }],
    [{ stubDomains: '{}' }, { '.:53': '. /etc/resolv.conf' }],
    [
      { stubDomains: '{"a": ["1.2.3.4"], "10.in-addr.arpa": ["10.0.0.1"]}' },
      { '.:53': '. /etc/resolv.conf', 'a:53': '. 1.2.3.4', '10.in-addr.arpa:53': '. 10.0.0.1' },
    ],
  ])('%j', (config, expected) => {
    const { corefile, problems } = migrateKubeDNS({ ...NOTHING, ...config }, 'cluster.local');
    expect(problems).toEqual([]);
    expect(forwards(corefile)).toEqual(expected);
  });

  it.each<[config: Partial<KubeDNSConfig>, message: RegExp]>([
    [{ federations: 'abc=fed.example.com' }, /^federation abc is left out: /],
    [{ stubDomains: '{"a": ["ns.example.com"]}' }, /^ns\.example\.com, a server of a, is a name: /],
    [
      { stubDomains: `{"a": [${Array.from({ length: 16 }, (_, i) => `"10.0.0.${i}"`).join()}]}` },
      /^a has 16 servers; forward takes the first 15$/,
    ],
  ])('%j with a warning', (config, message) => {
    const { corefile, problems } = migrateKubeDNS({ ...NOTHING, ...config }, 'cluster.local');
    expect(corefile).toBeDefined();
    expect(problems).toEqual([
      { severity: 'warning', key: Object.keys(config)[0], message: expect.stringMatching(message) },
    ]);
  });

  it.each<[config: Partial<KubeDNSConfig>, message: RegExp]>([
    [{ upstreamNameservers: '8.8.8.8' }, /^it is no JSON: /],
    [{ upstreamNameservers: '"8.8.8.8"' }, /^it should be a JSON list of addresses/],
    [{ upstreamNameservers: '[8]' }, /^it should be a JSON list of addresses/],
    [{ upstreamNameservers: '["1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"]' }, /^kube-dns takes no more than 3 servers/],
    [{ upstreamNameservers: '["dns.example.com"]' }, /^"dns\.example\.com" is no address/],
    [{ upstreamNameservers: '["1.1.1.1:0"]' }, /^"1\.1\.1\.1:0" is no address/],
    [{ upstreamNameservers: '["1.1.1.1:65536"]' }, /is no address/],
    [{ upstreamNameservers: '["[1.1.1.1]:53"]' }, /is no address/],
    [{ stubDomains: '[]' }, /^it should be a JSON object/],
    [{ stubDomains: '{"a": ["1.2.3.4"' }, /^it is no JSON: /],
    [{ stubDomains: '{"a": "1.2.3.4"}' }, /^a has no list of servers/],
    [{ stubDomains: '{"a": []}' }, /^a has no list of servers/],
    [{ stubDomains: '{"A": ["1.2.3.4"]}' }, /^"A" is no domain/],
    [{ stubDomains: '{"a.": ["1.2.3.4"]}' }, /^"a\." is no domain/],
    [{ stubDomains: '{"cluster.local": ["1.2.3.4"]}' }, /^cluster\.local belongs to the cluster/],
    [{ stubDomains: '{"svc.cluster.local": ["1.2.3.4"]}' }, /^svc\.cluster\.local belongs to the cluster/],
    [{ stubDomains: '{"a": ["ns.default.svc.cluster.local"]}' }, /is a name of the cluster, .* write its clusterIP$/],
    [{ stubDomains: '{"a": ["1.2.3.4#53"]}' }, /^"1\.2\.3\.4#53", a server of a, is neither IP, IP:PORT nor a name$/],
    [{ federations: 'abc' }, /^"abc" is not NAME=DOMAIN$/],
  ])('%j is refused', (config, message) => {
    const { corefile, problems } = migrateKubeDNS({ ...NOTHING, ...config }, 'cluster.local');
    expect(corefile).toBeUndefined();
    expect(problems).toEqual([
      { severity: 'error', key: Object.keys(config)[0], message: expect.stringMatching(message) },
    ]);
  });
});
