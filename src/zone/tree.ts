import type { DomainName } from '../dns/name.ts';
import { labelStart } from './name-key.ts';
import type { Zone } from './zone.ts';
import type { ZoneNode } from './zone-node.ts';

/**
 * The deepest name above `key`, a name below the apex that is not in the zone's tree, that is in it: the closest encloser (RFC 4592 §3.3.1). It is
 * looked for from the apex down, since most names that do not exist are nowhere near one that does.
 */
export function encloserOf(zone: Zone, key: string): ZoneNode {
  let node = zone.apex;
  let end = zone.origin.isRoot ? key.length : key.length - zone.origin.canonical.length;
  while (end > 0) {
    end = labelStart(key, end - 1);
    const child = zone.nodes.get(key.slice(end));
    if (child === undefined) return node;
    node = child;
  }
  return node;
}

/** The highest cut at or above the name, whatever DNAME records there are above it; undefined for names outside of the zone. */
export function cutOf(zone: Zone, name: DomainName): ZoneNode | undefined {
  if (!name.isWithin(zone.origin)) return undefined;
  return (zone.nodes.get(name.canonical) ?? encloserOf(zone, name.canonical)).cut;
}
