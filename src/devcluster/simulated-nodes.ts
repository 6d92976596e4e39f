import type { AddressRange } from './address-range.ts';
import type { NodeSettings } from './system-objects.ts';

// A node has a /24 of the pods' IPv4 range, and a /64 of their IPv6 range, as kube-controller-manager gives them out.
const NODE_BITS = { IPv4: 8n, IPv6: 64n };

/** The nodes that pods run on, as far as anything runs; the first block of the range is left for static pods. */
export function simulatedNodes(podRanges: readonly AddressRange[]): readonly NodeSettings[] {
  return [
    { name: 'node-a', zone: 'eu-west-1a', address: '192.0.2.10' },
    { name: 'node-b', zone: 'eu-west-1b', address: '192.0.2.11' },
  ].map((node, i) => ({
    ...node,
    podRanges: podRanges.map((range) => range.subrange(BigInt(i + 1), NODE_BITS[range.family])),
  }));
}
