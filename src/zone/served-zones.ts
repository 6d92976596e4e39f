import type { DomainName } from '../dns/name.ts';
import type { ServedZone } from './served-zone.ts';

/** Zones by name: finds the one that a name is in with a look at each of its labels, however many zones there are. */
export class ServedZones {
  readonly #byOrigin = new Map<string, ServedZone>();

  /** A zone of the same name goes. */
  add(zone: ServedZone): void {
    this.#byOrigin.set(zone.origin.canonical, zone);
  }

  delete(origin: DomainName): void {
    this.#byOrigin.delete(origin.canonical);
  }

  get(origin: DomainName): ServedZone | undefined {
    return this.#byOrigin.get(origin.canonical);
  }

  values(): Iterable<ServedZone> {
    return this.#byOrigin.values();
  }

  /** The zone with the longest name that `name` is in. */
  find(name: DomainName): ServedZone | undefined {
    for (let above = name; ; above = above.ancestor()) {
      const zone = this.#byOrigin.get(above.canonical);
      if (zone !== undefined || above.isRoot) return zone;
    }
  }
}
