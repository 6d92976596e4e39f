import type { DomainName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import type { Block } from './block.ts';

/** A block and the one of its zones under which a query found it. */
export interface Route {
  readonly zone: DomainName;
  readonly block: Block;
}

/**
 * Which server block answers for a name: the one with the longest zone that the name is in (RFC 1034 §4.3.2). DS records stand in the parent
 * zone (RFC 4035 §3.1.4.1), so for them it is the shortest zone but the root.
 */
export class Routes {
  readonly #byZone = new Map<string, Route>();

  constructor(routes: readonly Route[]) {
    for (const route of routes) this.#byZone.set(route.zone.canonical, route);
  }

  find(name: DomainName, type: number): Route | undefined {
    let found: Route | undefined;
    for (let zone = name; !zone.isRoot; zone = zone.ancestor()) {
      const route = this.#byZone.get(zone.canonical);
      if (route === undefined) continue;
      found = route;
      if (type !== TYPE.DS) return found;
    }
    return found ?? this.#byZone.get('.');
  }
}
