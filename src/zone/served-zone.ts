import type { DomainName } from '../dns/name.ts';
import type { Zone } from './zone.ts';

/** A zone as it is served: the version that answers now. The only place where one version takes the place of another. */
export class ServedZone {
  readonly origin: DomainName;
  #current: Zone | undefined;
  readonly #listeners: ((zone: Zone | undefined) => void)[] = [];

  constructor(origin: DomainName) {
    this.origin = origin.toLowerCase();
  }

  /** Undefined until there are data. */
  get current(): Zone | undefined {
    return this.#current;
  }

  /** From here on answers come from `zone`, or nowhere; then all who want to know are told. */
  replace(zone: Zone | undefined): void {
    this.#current = zone;
    for (const listener of this.#listeners) listener(zone);
  }

  /** Calls `listener` with every new version, with the one that is there already at once; with undefined when there is none any more. */
  onChange(listener: (zone: Zone | undefined) => void): void {
    this.#listeners.push(listener);
    if (this.#current !== undefined) listener(this.#current);
  }
}
