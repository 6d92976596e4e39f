import type { ResourceRecord } from '../dns/message.ts';
import { DomainName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { wildcardKey } from './name-key.ts';
import type { ZoneQuestion } from './zone-answer.ts';
import type { Zone } from './zone.ts';
import type { ZoneNode } from './zone-node.ts';

const NONE: readonly ResourceRecord[] = [];

/** The NSEC record that lists the types of a name (RFC 4035 §3.1.3.1). */
export function denialOfType(node: ZoneNode, dnssecOk: boolean): readonly ResourceRecord[] {
  return dnssecOk ? (node.set(TYPE.NSEC)?.for(true) ?? NONE) : NONE;
}

/** The NSEC records that span the name and the wildcard that could stand for it (RFC 4035 §3.1.3.2). */
export function denialOfName(
  zone: Zone,
  { name, dnssecOk }: ZoneQuestion,
  encloser: ZoneNode,
): readonly ResourceRecord[] {
  if (!dnssecOk) return NONE;
  const ofName = zone.denial(name);
  if (ofName === undefined) return NONE;
  const wildcard = DomainName.tryParse(wildcardKey(encloser.name.canonical));
  const ofWildcard = wildcard === undefined ? undefined : zone.denial(wildcard);
  return ofWildcard === undefined || ofWildcard === ofName
    ? ofName.for(true)
    : [...ofName.for(true), ...ofWildcard.for(true)];
}

/** The NSEC record that spans a name for which a wildcard stands (RFC 4035 §3.1.3.3). */
export function denialOfWildcard(zone: Zone, { name, dnssecOk }: ZoneQuestion): readonly ResourceRecord[] {
  return dnssecOk ? (zone.denial(name)?.for(true) ?? NONE) : NONE;
}
