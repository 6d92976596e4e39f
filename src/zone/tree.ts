import type { DomainName } from '../dns/name.ts';
import { parentKey } from './name-key.ts';
import type { Zone } from './zone.ts';
import type { ZoneNode } from './zone-node.ts';

/** The deepest name above `key`, a name in the zone, that is in the zone's tree: the closest encloser (RFC 4592 §3.3.1). */
export function encloserOf(zone: Zone, key: string): ZoneNode {
  for (let above = parentKey(key); ; above = parentKey(above)) {
    const node = zone.nodes.get(above);
    if (node !== undefined) return node;
    if (above === '.') throw new RangeError(`${key} is not in zone ${zone.origin.text}`);
  }
}

/** The node above the name that takes it out of the zone's hands, see ZoneNode. */
export function coverOf(zone: Zone, key: string): ZoneNode | undefined {
  const node = zone.nodes.get(key);
  if (node !== undefined) return node.cover;
  const encloser = encloserOf(zone, key);
  return encloser.cover ?? (encloser.covers ? encloser : undefined);
}

/** The highest cut at or above the name, whatever DNAME records there are above it; undefined for names outside of the zone. */
export function cutOf(zone: Zone, name: DomainName): ZoneNode | undefined {
  if (!name.isWithin(zone.origin)) return undefined;
  return (zone.nodes.get(name.canonical) ?? encloserOf(zone, name.canonical)).cut;
}
