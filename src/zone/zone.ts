import { compareNames } from '../dns/canonical.ts';
import type { ResourceRecord } from '../dns/message.ts';
import type { DomainName } from '../dns/name.ts';
import { NSEC } from '../dns/records/nsec.ts';
import type { Soa } from '../dns/records/soa.ts';
import type { RecordSet } from './record-set.ts';
import type { ZoneNode } from './zone-node.ts';

/** What a zone is made from, see ZoneBuilder. */
export type ZoneParts = Pick<Zone, 'origin' | 'soa' | 'soaSet' | 'nameServers' | 'apex' | 'nodes'>;

/** One version of a zone's data; a new version is a new object. */
export class Zone {
  /** The name of its apex, in lower case. */
  readonly origin: DomainName;
  readonly soa: ResourceRecord<Soa>;
  /** SOA and NS records of the apex; its other records are in its node. */
  readonly soaSet: RecordSet;
  readonly nameServers: RecordSet | undefined;
  readonly apex: ZoneNode;
  /** By canonical text; the apex, and every name between it and one that has records, included. */
  readonly nodes: ReadonlyMap<string, ZoneNode>;
  #ordered: readonly ZoneNode[] | undefined;
  #denials: readonly ZoneNode[] | undefined;

  constructor({ origin, soa, soaSet, nameServers, apex, nodes }: ZoneParts) {
    this.origin = origin;
    this.soa = soa;
    this.soaSet = soaSet;
    this.nameServers = nameServers;
    this.apex = apex;
    this.nodes = nodes;
  }

  get serial(): number {
    return this.soa.data.serial;
  }

  /** The names with records in canonical order (RFC 4034 §6.1). */
  get ordered(): readonly ZoneNode[] {
    return (this.#ordered ??= Array.from(this.nodes.values())
      .filter((node) => node.hasRecords)
      .toSorted((a, b) => compareNames(a.name, b.name)));
  }

  /** The last name before `name` in canonical order that has an NSEC record; the zone's last one when there is none before. */
  denial(name: DomainName): RecordSet | undefined {
    const denials = (this.#denials ??= this.ordered.filter((node) => node.set(NSEC.code) !== undefined));
    let low = 0;
    let high = denials.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const node = denials[middle];
      if (node !== undefined && compareNames(node.name, name) < 0) low = middle + 1;
      else high = middle;
    }
    return (denials[low - 1] ?? denials.at(-1))?.set(NSEC.code);
  }

  /** All records for a transfer, from SOA to SOA (RFC 5936 §2.2); the SOA alone when `serial` is the current one (RFC 1995 §2). */
  *transfer(serial: number | undefined): Generator<ResourceRecord, void, undefined> {
    yield this.soa;
    if (serial === this.serial) return;
    yield* this.soaSet.signatures;
    yield* this.nameServers?.for(true) ?? [];
    for (const node of this.ordered) for (const set of node.sets) yield* set.records;
    yield this.soa;
  }
}
