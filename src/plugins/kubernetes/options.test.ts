import { describe, expect, test } from 'vitest';
import { readDirective } from './testing/ask.ts';

/** `severity code at the place: message; hint` for each problem. */
function problemsOf(block: string, head = 'kubernetes cluster.local in-addr.arpa', zones?: string[]): string[] {
  const { problems } = readDirective(`${head} {\n${block}\n}`, zones);
  return problems.map(({ severity, code, place, message, hint }) => {
    // The directive stands in line 2, the first line of its block in line 3.
    return `${severity} ${code} ${place.line - 2}: ${message}; ${hint ?? ''}`;
  });
}

describe('what is accepted', () => {
  test.each([
    ['endpoint http://127.0.0.1:8080'],
    ['endpoint https://10.0.0.1\ntls cert key ca'],
    ['kubeconfig file'],
    ['kubeconfig file context'],
    ['apiserver_qps 2.5\napiserver_burst 10\napiserver_max_inflight 0'],
    ['namespaces a b\nnamespaces c'],
    ['namespace_labels env=prod'],
    ['labels tier in (a, b), !old'],
    ['labels tier notin (a)'],
    ['pods insecure\npods verified'],
    ['endpoint_pod_names\nnoendpoints'],
    ['ttl 0'],
    ['ttl 3600'],
    ['fallthrough'],
    ['fallthrough in-addr.arpa'],
    ['ignore\nignore empty_service'],
    ['multicluster'],
    ['multicluster CLUSTER.local'],
    ['zonal'],
    ['startup_timeout 0s'],
    ['startup_timeout 1m30s'],
  ])('%s', (block) => {
    expect(problemsOf(block)).toEqual([]);
  });
});

describe('what is refused', () => {
  test.each([
    ['bogus', 'error option/unknown 1: plugin kubernetes has no option "bogus"'],
    ['endpoint', 'error option/arguments 1:'],
    ['endpoint not-a-url:99999999', 'error option/value 1: "not-a-url:99999999" is not the URL of an API server'],
    ['tls a b', 'error option/arguments 1:'],
    ['kubeconfig', 'error option/arguments 1:'],
    ['kubeconfig a b c', 'error option/arguments 1:'],
    ['apiserver_qps -1', 'error option/value 1:'],
    ['apiserver_burst many', 'error option/value 1:'],
    ['apiserver_max_inflight -1', 'error option/value 1:'],
    ['namespaces', 'error option/arguments 1:'],
    ['namespace_labels =', 'error option/value 1: "=" is not a label selector'],
    ['labels', 'error option/arguments 1:'],
    ['labels a b c', 'error option/value 1: "a b c" is not a label selector'],
    ['labels tier!=x', 'error option/value 1: "tier!=x" is not a label selector'],
    ['pods sometimes', 'error option/value 1: "sometimes" is not one of disabled, insecure, verified'],
    ['pods', 'error option/arguments 1:'],
    ['pods insecure verified', 'error option/arguments 1:'],
    ['endpoint_pod_names yes', 'error option/arguments 1:'],
    ['noendpoints yes', 'error option/arguments 1:'],
    ['ttl', 'error option/arguments 1:'],
    ['ttl soon', 'error option/value 1:'],
    ['ttl -1', 'error option/value 1:'],
    ['ttl 3601', 'error option/value 1:'],
    ['ignore everything', 'error option/value 1:'],
    ['startup_timeout', 'error option/arguments 1:'],
    ['startup_timeout soon', 'error option/value 1:'],
    ['ttl 5\nnamespaces a\nnamespace_labels a=b', 'error kubernetes/namespaces-and-labels 3:'],
    ['multicluster other.example', 'error kubernetes/multicluster-zone 1: other.example. is not among the zones'],
    ['noendpoints\nzonal', 'error kubernetes/zonal-noendpoints 2:'],
  ])('%s', (block, problem) => {
    expect(problemsOf(block)).toEqual([expect.stringContaining(problem)]);
  });

  test.each([
    ['kubernetes 10.in-addr.arpa', undefined],
    ['kubernetes 10.0.0.0/8 fd00::/16', undefined],
    ['kubernetes', ['10.in-addr.arpa.']],
  ])('%s alone', (head, zones) => {
    expect(problemsOf('', head, zones)).toEqual([expect.stringContaining('error kubernetes/reverse-zones-only 0:')]);
  });

  test('not the whole tree of addresses, which CoreDNS takes for a forward zone', () => {
    expect(problemsOf('', 'kubernetes in-addr.arpa')).toEqual([]);
  });
});

describe('what was, once', () => {
  test.each([
    ['upstream /etc/resolv.conf', 'plugin forward'],
    ['upstream', 'plugin forward'],
    ['resyncperiod 5m', 'remove the line'],
    ['transfer to *', 'write a transfer directive'],
  ])('%s is accepted with one warning', (block, hint) => {
    expect(problemsOf(block)).toEqual([expect.stringMatching(/^warning option\/retired 1: /)]);
    expect(problemsOf(block)[0]).toContain(hint);
  });

  test('of several endpoints the first is used, with one warning', () => {
    expect(problemsOf('endpoint http://a http://b http://c')).toEqual([
      expect.stringContaining(
        'warning option/retired 1: several endpoints are not supported any more, only "http://a"',
      ),
    ]);
  });

  test.each(['ttl 7 8', 'ignore empty_service others', 'startup_timeout 1s 2s'])(
    '%s: the second word is ignored, with one warning',
    (block) => {
      expect(problemsOf(block)).toEqual([expect.stringContaining('warning option/arguments 1:')]);
    },
  );

  test('the first word counts', () => {
    const { settings } = readDirective('kubernetes cluster.local {\nttl 7 8\nignore empty_service x\n}').configuration;
    expect(settings).toMatchObject({ ttl: 7, ignoreEmptyServices: true });
  });
});

describe('zones', () => {
  test.each<readonly [string, readonly string[], readonly string[], string]>([
    ['kubernetes', ['k8s.example.', '10.in-addr.arpa.'], ['10.in-addr.arpa.', 'k8s.example.'], 'k8s.example.'],
    ['kubernetes Cluster.LOCAL', ['.'], ['cluster.local.'], 'cluster.local.'],
    ['kubernetes a.example b.a.example', ['.'], ['b.a.example.', 'a.example.'], 'a.example.'],
    [
      'kubernetes 10.244.0.0/23 cluster.local',
      ['.'],
      ['0.244.10.in-addr.arpa.', '1.244.10.in-addr.arpa.', 'cluster.local.'],
      'cluster.local.',
    ],
  ])('%s in %j', (directive, keyZones, names, primary) => {
    const { zones } = readDirective(directive, keyZones).configuration;
    expect(zones.all.map(({ name }) => name.text)).toEqual(names);
    expect(zones.primary?.name.text).toBe(primary);
  });
});
