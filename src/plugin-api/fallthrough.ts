import type { DomainName } from '../dns/name.ts';
import { zones } from './kinds.ts';
import { many, type Option } from './options.ts';

/** `fallthrough [ZONE...]`: undefined when it is not given; without zones it holds for all names. */
export const fallthroughOption: Option<readonly (readonly DomainName[])[] | undefined> = many(zones, {
  least: 0,
  initial: undefined,
  summary: 'Queries in these zones (all, without any) that have no answer here go on to the next plugin.',
});

/** Do queries for `name` that have no answer go on to the next plugin? */
export function fallsThrough(option: readonly (readonly DomainName[])[] | undefined, name: DomainName): boolean {
  if (option === undefined) return false;
  return option.length === 0 || option.some((names) => names.some((zone) => name.isWithin(zone)));
}

/** The longest of `zones` that `name` is in. */
export function longestZone(zones: readonly DomainName[], name: DomainName): DomainName | undefined {
  let longest: DomainName | undefined;
  for (const zone of zones) {
    if ((longest === undefined || zone.wire.length > longest.wire.length) && name.isWithin(zone)) longest = zone;
  }
  return longest;
}
