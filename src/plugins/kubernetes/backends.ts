import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import type { A } from '../../dns/records/a.ts';
import type { Aaaa } from '../../dns/records/aaaa.ts';
import type { Srv } from '../../dns/records/srv.ts';
import type { Address } from '../../kube/address.ts';
import type { Port } from '../../kube/resources.ts';
import type { ServedZone } from './zones.ts';

/** One address and one port that a name stands for. */
export interface Backend {
  /** Of family 0 for a host name: then the name is an alias of it. */
  readonly address: Address;
  readonly port: Port;
  /** The labels, below the zone, of the name that SRV records point to. */
  readonly target: readonly string[];
  /** What names this endpoint in its service: its label, and its cluster's after a dot; empty for the whole service. */
  readonly endpoint: string;
  /** The topology zone; empty without one. */
  readonly topologyZone: string;
}

/** The answer to an SRV query but for its owner. */
export interface ServiceTargets {
  readonly data: readonly Srv[];
  /** Addresses of the targets, both families. */
  readonly additionals: readonly ResourceRecord[];
}

/** The port of backends that give addresses but no SRV record, see Port. */
export const WITHOUT_PORT: Port = { name: '', protocol: '', port: -1 };

/**
 * What a name that exists stands for; without entries there is no record at it. Made once for an object of the store
 * and kept as long as that is there, so that a query finds the data of its records ready.
 */
export class Backends {
  readonly entries: readonly Backend[];
  #ipv4: readonly A[] | undefined;
  #ipv6: readonly Aaaa[] | undefined;
  #aliases: readonly DomainName[] | undefined;
  #targets: Map<ServedZone, ServiceTargets> | undefined;

  constructor(entries: readonly Backend[]) {
    this.entries = entries;
  }

  /** Data of the A records: each address once, in order. */
  get ipv4(): readonly A[] {
    return (this.#ipv4 ??= distinct(this.entries, 4));
  }

  /** Data of the AAAA records. */
  get ipv6(): readonly Aaaa[] {
    return (this.#ipv6 ??= distinct(this.entries, 6));
  }

  /** The names that this one is an alias of; usually none. */
  get aliases(): readonly DomainName[] {
    return (this.#aliases ??= aliasesOf(this.entries));
  }

  /** The alias that CNAME queries get: only where a host name comes first. */
  get firstAlias(): DomainName | undefined {
    return this.entries[0]?.address.family === 0 ? this.aliases[0] : undefined;
  }

  /** What SRV queries get, kept for each zone; made by `make` at first. */
  targetsIn(zone: ServedZone, make: () => ServiceTargets): ServiceTargets {
    this.#targets ??= new Map();
    let targets = this.#targets.get(zone);
    if (targets === undefined) {
      targets = make();
      this.#targets.set(zone, targets);
    }
    return targets;
  }
}

function distinct(entries: readonly Backend[], family: 4 | 6): { readonly address: Uint8Array }[] {
  const seen = new Set<string>();
  const data: { readonly address: Uint8Array }[] = [];
  for (const { address } of entries) {
    if (address.family !== family || seen.has(address.text)) continue;
    seen.add(address.text);
    data.push({ address: address.octets });
  }
  return data;
}

function aliasesOf(entries: readonly Backend[]): DomainName[] {
  const names = new Map<string, DomainName>();
  for (const { address } of entries) {
    const name = address.family === 0 ? DomainName.tryParse(address.text) : undefined;
    if (name !== undefined) names.set(name.canonical, name);
  }
  return [...names.values()];
}

/** All backends of a service, and the parts of them that names below the service choose. */
export class ServiceBackends {
  readonly all: Backends;
  readonly #parts = new Map<string, Backends>();

  constructor(entries: readonly Backend[]) {
    this.all = new Backends(entries);
  }

  /** Those of one port; an empty name or protocol fits all. Undefined when there are none. */
  ofPort(name: string, protocol: string): Backends | undefined {
    if (name === '' && protocol === '') return this.all.entries.length === 0 ? undefined : this.all;
    return this.#part(`${name}/${protocol}`, ({ port }) => {
      return (name === '' || port.name === name) && (protocol === '' || port.protocol === protocol);
    });
  }

  /** Those of one endpoint. Undefined when there are none. */
  ofEndpoint(endpoint: string): Backends | undefined {
    return this.#part(`.${endpoint}`, (backend) => backend.endpoint === endpoint);
  }

  /** Those in one topology zone. */
  ofTopologyZone(zone: string): Backends | undefined {
    return this.#part(`@${zone}`, (backend) => backend.topologyZone === zone);
  }

  // Only parts that exist are kept: questions for others are without number.
  #part(key: string, belongs: (backend: Backend) => boolean): Backends | undefined {
    const known = this.#parts.get(key);
    if (known !== undefined) return known;
    const entries = this.all.entries.filter(belongs);
    if (entries.length === 0) return undefined;
    const part = new Backends(entries);
    this.#parts.set(key, part);
    return part;
  }
}
