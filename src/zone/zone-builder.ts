import type { ResourceRecord } from '../dns/message.ts';
import { DomainName } from '../dns/name.ts';
import { CNAME } from '../dns/records/cname.ts';
import { canonicalData } from '../dns/records/data.ts';
import { HTTPS } from '../dns/records/https.ts';
import { MX } from '../dns/records/mx.ts';
import { NS } from '../dns/records/ns.ts';
import { RRSIG } from '../dns/records/rrsig.ts';
import { SOA, type Soa } from '../dns/records/soa.ts';
import { SVCB } from '../dns/records/svcb.ts';
import { parentKey } from './name-key.ts';
import { groupRecords, RecordSet } from './record-set.ts';
import { Zone } from './zone.ts';
import { ZoneNode } from './zone-node.ts';

interface Owner {
  readonly name: DomainName;
  readonly records: ResourceRecord[];
}

/** Collects the records of a zone. */
export class ZoneBuilder {
  readonly #origin: DomainName;
  readonly #owners = new Map<string, Owner>();
  readonly #nameServers: ResourceRecord[] = [];
  readonly #soaSignatures: ResourceRecord[] = [];
  readonly #nameServerSignatures: ResourceRecord[] = [];
  #soa: ResourceRecord<Soa> | undefined;

  constructor(origin: DomainName) {
    this.#origin = origin.toLowerCase();
    this.#owners.set(this.#origin.canonical, { name: this.#origin, records: [] });
  }

  /** Adds a record of the zone. Of several SOA records the last one counts. */
  add(given: ResourceRecord): void {
    if (SOA.is(given)) {
      this.#soa = SOA.make(this.#origin, given.ttl, SOA.canonical(given.data));
      return;
    }
    const owner = this.#ownerOf(given.name);
    const record = lowerCased(given, owner.name);
    (this.#apexRecords(record) ?? owner.records).push(record);
  }

  /** The zone, or undefined when no record was its SOA. It stops after each name, as `readZone` does after each record. */
  *finish(): Generator<undefined, Zone | undefined, undefined> {
    const soa = this.#soa;
    if (soa === undefined) return undefined;
    const nodes = new Map<string, ZoneNode>();
    const apex = this.#makeNode(this.#origin.canonical, nodes);
    for (const key of this.#owners.keys()) {
      this.#makeNode(key, nodes);
      yield undefined;
    }
    const servers = this.#nameServers;
    return new Zone({
      origin: this.#origin,
      soa,
      soaSet: new RecordSet(SOA.code, [soa], this.#soaSignatures),
      nameServers: servers.length === 0 ? undefined : new RecordSet(NS.code, servers, this.#nameServerSignatures),
      apex,
      nodes,
    });
  }

  /** Where a record goes that belongs to the SOA or NS records of the apex. */
  #apexRecords(record: ResourceRecord): ResourceRecord[] | undefined {
    if (record.name.canonical !== this.#origin.canonical) return undefined;
    if (record.type === NS.code) return this.#nameServers;
    if (!RRSIG.is(record)) return undefined;
    if (record.data.typeCovered === SOA.code) return this.#soaSignatures;
    return record.data.typeCovered === NS.code ? this.#nameServerSignatures : undefined;
  }

  /** Names are kept once, however many records they have. */
  #ownerOf(name: DomainName): Owner {
    const known = this.#owners.get(name.canonical);
    if (known !== undefined) return known;
    const owner = { name: name.toLowerCase(), records: [] };
    this.#owners.set(name.canonical, owner);
    return owner;
  }

  /** The node and those above it, up to the apex. */
  #makeNode(key: string, nodes: Map<string, ZoneNode>): ZoneNode {
    const made = nodes.get(key);
    if (made !== undefined) return made;
    const parent = key === this.#origin.canonical ? undefined : this.#makeNode(parentKey(key), nodes);
    const owner = this.#owners.get(key);
    const node = new ZoneNode(owner?.name ?? DomainName.parse(key), groupRecords(owner?.records ?? []), parent);
    nodes.set(key, node);
    return node;
  }
}

/** As CoreDNS keeps records: owners in lower case, and those names in their data that answers follow. */
function lowerCased(record: ResourceRecord, name: DomainName): ResourceRecord {
  const { type, ttl } = record;
  if (CNAME.is(record) || NS.is(record) || MX.is(record)) {
    return { name, type, class: record.class, ttl, data: canonicalData(record) };
  }
  const data =
    SVCB.is(record) || HTTPS.is(record) ? { ...record.data, target: record.data.target.toLowerCase() } : record.data;
  return { name, type, class: record.class, ttl, data };
}
