import { describe, expect, it } from 'vitest';
import { podDNSFaults } from './pod-dns-faults.ts';
import type { PodDNS, PodDNSConfig } from './pod-resolver-file.ts';

function faultsOf(dnsPolicy: string, config: Partial<PodDNSConfig> | undefined): readonly string[] {
  const dnsConfig = config && { nameservers: [], searches: [], options: [], ...config };
  const pod: PodDNS = { namespace: 'default', dnsPolicy, hostNetwork: false, dnsConfig };
  return podDNSFaults(pod).map(({ field, message }) => `${field}: ${message}`);
}

describe('the API server', () => {
  it.each<[dnsPolicy: string, config: Partial<PodDNSConfig> | undefined]>([
    ['ClusterFirst', undefined],
    ['Default', {}],
    ['None', { nameservers: ['192.0.2.1'] }],
    ['ClusterFirst', { nameservers: ['192.0.2.1', '::1', '192.0.2.2'] }],
    ['ClusterFirst', { searches: ['a.example', 'b.example.', '.', '_tcp.a_b.example', 'a'.repeat(253)] }],
    ['ClusterFirst', { options: [{ name: 'ndots', value: '' }] }],
  ])('takes %s with %j', (dnsPolicy, config) => {
    expect(faultsOf(dnsPolicy, config)).toEqual([]);
  });

  it.each<[dnsPolicy: string, config: Partial<PodDNSConfig> | undefined, fault: string]>([
    ['clusterFirst', undefined, 'dnsPolicy: "clusterFirst" is no dnsPolicy: write one of ClusterFirst, '],
    ['None', undefined, 'dnsPolicy: dnsPolicy None needs at least one address in dnsConfig.nameservers'],
    ['None', {}, 'dnsConfig: dnsPolicy None needs at least one address'],
    ['Default', { nameservers: Array(4).fill('::1') }, 'dnsConfig.nameservers: there are more than 3 nameservers'],
    ['Default', { nameservers: ['::1', 'a'] }, 'dnsConfig.nameservers.1: "a" is no IP address'],
    ['Default', { searches: Array(33).fill('a') }, 'dnsConfig.searches: there are more than 32 searches'],
    ['Default', { searches: Array(9).fill('a'.repeat(240)) }, 'dnsConfig.searches: the searches have more than 2048'],
    ['Default', { searches: ['A.example'] }, 'dnsConfig.searches.0: "A.example" is no domain to search'],
    ['Default', { searches: ['a..example'] }, 'dnsConfig.searches.0: '],
    ['Default', { searches: ['a'.repeat(254)] }, 'dnsConfig.searches.0: '],
    ['Default', { options: [{ name: '', value: 'x' }] }, 'dnsConfig.options.0: an option has no name'],
  ])('refuses %s with %j', (dnsPolicy, config, fault) => {
    const faults = faultsOf(dnsPolicy, config);
    expect(faults).toHaveLength(1);
    expect(faults[0]?.startsWith(fault)).toBe(true);
  });
});
