import type { Place } from '../corefile/place.ts';
import type { DomainName } from '../dns/name.ts';
import type { Report } from '../plugin-api/options.ts';
import type { BlockSettings } from '../plugin-api/settings.ts';
import { type ListenerAddress, listenerLabel, type ListenerTransport } from './listener.ts';
import type { BlockPlan } from './plan.ts';
import type { Route } from './routes.ts';
import type { BlockSetup } from './setup.ts';

/** A listener that a configuration needs, and the blocks behind it. */
export interface ListenerPlan {
  readonly where: ListenerAddress;
  readonly routes: readonly Route[];
}

interface BlockAddress {
  readonly where: ListenerAddress;
  readonly zones: readonly DomainName[];
  readonly place: Place;
}

/** Every address that a block listens on, for each of its keys. */
export function blockAddresses(plan: BlockPlan, settings: BlockSettings): BlockAddress[] {
  return plan.keys.flatMap(({ key, port, zones }) => {
    const { transport } = key;
    if (!isServed(transport)) return [];
    return (settings.addresses ?? [undefined]).map((address) => ({
      where: { transport, address, port },
      zones,
      place: key.token.place,
    }));
  });
}

/** Gathers the blocks of each listener, and reports keys that cannot stand together. */
export function planListeners(setups: readonly BlockSetup[], report: Report): ListenerPlan[] {
  const listeners = new Map<string, { readonly where: ListenerAddress; readonly routes: Route[] }>();
  const taken = new Map<string, Claim>();
  for (const { plan, block } of setups) {
    reportUnserved(plan, report);
    for (const { where, zones, place } of blockAddresses(plan, block.settings)) {
      const label = listenerLabel(where);
      const listener = listeners.get(label) ?? { where, routes: [] };
      listeners.set(label, listener);
      for (const zone of zones) {
        const admitsAll = block.settings.view === undefined;
        if (claim(taken, { where, zone, place, admitsAll }, report)) listener.routes.push({ zone, block });
      }
    }
  }
  return [...listeners.values()];
}

function isServed(transport: string): transport is ListenerTransport {
  return transport === 'dns' || transport === 'tls' || transport === 'https';
}

function reportUnserved(plan: BlockPlan, report: Report): void {
  for (const { key } of plan.keys) {
    // CoreDNS reads unix:// keys and serves nothing for them.
    if (isServed(key.transport) || key.transport === 'unix') continue;
    report({
      code: 'server/unsupported-transport',
      message: `${key.transport}:// is not available in this version`,
      place: key.token.place,
      hint: 'serve the zone over dns:// or remove the key',
    });
  }
}

/** Who serves a zone at a port, for all queries: everybody's address, or which single ones. */
interface Claim {
  wildcard: Place | undefined;
  readonly addresses: Map<string, Place>;
}

interface Claimant {
  readonly where: ListenerAddress;
  readonly zone: DomainName;
  readonly place: Place;
  /** Blocks with a view can stand together, and with one that has none. */
  readonly admitsAll: boolean;
}

/** Notes that the zone is served there; false when that cannot be. */
function claim(taken: Map<string, Claim>, claimant: Claimant, report: Report): boolean {
  const { where, zone, place, admitsAll } = claimant;
  const key = `${where.transport}://${zone.canonical}:${where.port}`;
  const known: Claim = taken.get(key) ?? { wildcard: undefined, addresses: new Map() };
  taken.set(key, known);
  const same = where.address === undefined ? known.wildcard : known.addresses.get(where.address);
  const other = where.address === undefined ? known.addresses.values().next().value : known.wildcard;
  const on = where.address === undefined ? '' : ` on ${where.address}`;
  if (same !== undefined && !admitsAll) {
    report({
      severity: 'warning',
      code: 'server/shadowed',
      message: `no query of ${key}${on} reaches this block: the one in line ${same.line} takes them all`,
      place,
      hint: 'move the block with the view before it',
    });
    return true;
  }
  if (same !== undefined) {
    report({
      code: 'server/defined-twice',
      message: `cannot serve ${key}${on}: it is already defined in line ${same.line}`,
      place,
      hint: 'merge the two server blocks, give one another port, or tell them apart with `view`',
    });
    return false;
  }
  if (other !== undefined) {
    report({
      code: 'server/overlap',
      message: `cannot serve ${key}${on}: the block in line ${other.line} listens on ${where.address === undefined ? 'one of the addresses' : 'all addresses'}`,
      place,
      hint: 'use `bind` in both blocks',
    });
    return false;
  }
  if (!admitsAll) return true;
  if (where.address === undefined) known.wildcard = place;
  else known.addresses.set(where.address, place);
  return true;
}
