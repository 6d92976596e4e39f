import { describe, expect, it } from 'vitest';
import { Logger } from '../log/logger.ts';
import { Registry } from '../metrics/registry.ts';
import { measureProgrammingLatency, programmingLatencyHistogram } from './programming-latency.ts';
import { applyManifest, fillStore } from './testing/fill-store.ts';

const NOW = Date.parse('2026-01-02T03:04:07.678Z');

function service(name: string, clusterIP: string): object {
  return { kind: 'Service', metadata: { namespace: 'shop', name }, spec: { clusterIP } };
}

function slice(owner: string, time: string, address: string): object {
  const labels = { 'kubernetes.io/service-name': owner };
  const annotations = time === '' ? {} : { 'endpoints.kubernetes.io/last-change-trigger-time': time };
  const metadata = { namespace: 'shop', name: 's1', labels, annotations };
  return { kind: 'EndpointSlice', metadata, endpoints: [{ addresses: [address] }] };
}

function measured(): { observed: unknown[]; lines: string[]; apply: (manifest: object) => void; remove: () => void } {
  const store = fillStore([service('web', '10.96.0.1'), service('db', 'None')]);
  const observed: unknown[] = [];
  const lines: string[] = [];
  measureProgrammingLatency({
    store,
    logger: Logger.create((line) => lines.push(line)),
    now: () => NOW,
    observe: (kind, seconds) => observed.push([kind, seconds]),
  });
  return {
    observed,
    lines,
    apply: (manifest) => applyManifest(store, 'EndpointSlice', manifest),
    remove: () => store.remove('EndpointSlice', 'shop', 's1'),
  };
}

describe('measureProgrammingLatency', () => {
  it('measures slices that come, change and go', () => {
    const { observed, apply, remove } = measured();
    apply(slice('web', '2026-01-02T03:04:05.678Z', '10.0.0.1'));
    apply(slice('web', '2026-01-02T03:04:05.678123456Z', '10.0.0.2'));
    remove();
    apply(slice('db', '2026-01-02T04:04:06.678+01:00', '10.0.0.1'));
    expect(observed).toEqual([
      ['cluster_ip', 2],
      ['cluster_ip', 2],
      ['cluster_ip', 2],
      ['headless_with_selector', 1],
    ]);
  });

  it.each([
    ['no annotation', slice('web', '', '10.0.0.1'), 0],
    ['an unknown service', slice('nope', '2026-01-02T03:04:05.678Z', '10.0.0.1'), 0],
    ['a bad annotation', slice('web', 'yesterday', '10.0.0.1'), 1],
    ['a date that is none', slice('web', '2026-13-02T03:04:05Z', '10.0.0.1'), 1],
  ])('measures nothing for %s', (_, manifest, warnings) => {
    const { observed, lines, apply } = measured();
    apply(manifest);
    expect(observed).toEqual([]);
    expect(lines).toHaveLength(warnings);
    if (warnings > 0)
      expect(lines[0]).toMatch(
        /^\[WARNING\] DnsProgrammingLatency cannot be calculated for Endpoints 'shop\/s1'; invalid /,
      );
  });
});

describe('programmingLatencyHistogram', () => {
  it('has the name and the buckets of CoreDNS', () => {
    const registry = new Registry();
    programmingLatencyHistogram(registry)('cluster_ip', 3);
    const text = registry.expose();
    expect(text).toContain('coredns_kubernetes_dns_programming_duration_seconds_count{service_kind="cluster_ip"} 1');
    expect(text).toContain('_bucket{service_kind="cluster_ip",le="4.096"} 1');
    expect(text).toContain('le="524.288"');
  });
});
