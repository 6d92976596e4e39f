import type { DomainName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import type { Query } from '../plugin-api/query.ts';
import { type Block, enterBlock } from './block.ts';

/** A block and one of its zones. */
export interface Route {
  readonly zone: DomainName;
  readonly block: Block;
}

/** The block that answers a query, and the query as its plugins get it. */
export interface Entry {
  readonly block: Block;
  readonly query: Query;
}

/**
 * Which server block answers for a name: the one with the longest zone that the name is in (RFC 1034 §4.3.2), the first of them in the file whose
 * view lets the query in. DS records stand in the parent zone (RFC 4035 §3.1.4.1), so for them it is the shortest zone but the root.
 */
export class Routes {
  /** Blocks by zone, those of one zone in the order of the file; the longest zones first. */
  readonly #zones: readonly ZoneRoutes[];
  /** The same by the zone's name, where there are too many to try one after the other. */
  readonly #byName: ReadonlyMap<string, ZoneRoutes> | undefined;
  /** Does it depend on more than the question which block answers? */
  readonly hasViews: boolean;

  /** `routes` in the order of the file. */
  constructor(routes: readonly Route[]) {
    const byName = new Map<string, { readonly zone: DomainName; readonly blocks: Block[] }>();
    for (const { zone, block } of routes) {
      const known = byName.get(zone.canonical);
      if (known === undefined) byName.set(zone.canonical, { zone, blocks: [block] });
      else known.blocks.push(block);
    }
    this.#zones = [...byName.values()].toSorted((a, b) => b.zone.wire.length - a.zone.wire.length);
    this.#byName = byName.size > FEW ? byName : undefined;
    this.hasViews = routes.some(({ block }) => block.settings.view !== undefined);
  }

  find(query: Query): Entry | undefined {
    return this.#byName === undefined ? this.#findAmongFew(query) : this.#findByName(this.#byName, query);
  }

  #findAmongFew(query: Query): Entry | undefined {
    const { name, type } = query.question;
    let found: Entry | undefined;
    for (const routes of this.#zones) {
      const { zone } = routes;
      // The block for the root serves what no other does.
      if ((found !== undefined && zone.isRoot) || !name.isWithin(zone)) continue;
      const entry = enter(routes, query);
      if (entry === undefined) continue;
      if (type !== TYPE.DS) return entry;
      found = entry;
    }
    return found;
  }

  #findByName(byName: ReadonlyMap<string, ZoneRoutes>, query: Query): Entry | undefined {
    const { name, type } = query.question;
    let found: Entry | undefined;
    for (let zone = name; !zone.isRoot; zone = zone.ancestor()) {
      const routes = byName.get(zone.canonical);
      const entry = routes === undefined ? undefined : enter(routes, query);
      if (entry === undefined) continue;
      if (type !== TYPE.DS) return entry;
      found = entry;
    }
    const root = byName.get('.');
    return found ?? (root === undefined ? undefined : enter(root, query));
  }
}

/** Zones up to this number are compared with the name as octets, which takes less than to make a text of each of the name's ancestors. */
const FEW = 16;

interface ZoneRoutes {
  readonly zone: DomainName;
  readonly blocks: readonly Block[];
}

function enter({ zone, blocks }: ZoneRoutes, query: Query): Entry | undefined {
  for (const block of blocks) {
    const entering = enterBlock(block, zone, query);
    if (entering !== undefined) return { block, query: entering };
  }
  return undefined;
}
