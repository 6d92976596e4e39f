import { isSameName } from '../../dns/letter-case.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { Address } from '../../kube/address.ts';
import { type Backend, Backends, WITHOUT_PORT } from './backends.ts';
import type { Lookup } from './lookup.ts';
import { addressRecord } from './service-targets.ts';
import { nameBelow } from './target-name.ts';
import type { SpelledZone } from './zones.ts';

/** Labels, below the zone, of the name server when it is not an endpoint of any service. */
const OWN_LABELS: readonly string[] = ['ns', 'dns'];
const OWN_NAME = DomainName.parse('ns.dns');

/** Is `name` the name server's own, `ns.dns` below its zone? */
export function isNameServer(name: DomainName, zone: SpelledZone): boolean {
  const { wire } = OWN_NAME;
  // The root's octet of `ns.dns.` is not there in the longer name.
  const length = wire.length - 1;
  return name.wire.length === zone.name.wire.length + length && isSameName(name.wire, 0, wire, 0, length);
}

/** The name servers of cluster zones: the services that this server is an endpoint of, else its own addresses. */
export class NameServers {
  readonly #lookup: Lookup;
  readonly #addresses: readonly string[];
  readonly #own: Backends;

  /** `addresses`: of this server, as the store's keys spell them; empty when it is bound to chosen addresses. */
  constructor(lookup: Lookup, addresses: readonly string[]) {
    this.#lookup = lookup;
    this.#addresses = addresses;
    this.#own = new Backends(addresses.map((text) => ownBackend(new Address(text))));
  }

  /** Backends with the name servers' names as targets. */
  find(): Backends {
    return this.#lookup.findServicesOf(this.#addresses) ?? this.#own;
  }

  /** The names of the servers below `zone`, and the records of their addresses. */
  records(
    zone: DomainName,
    ttl: number,
  ): { readonly names: readonly DomainName[]; readonly addresses: ResourceRecord[] } {
    const names = new Map<string, DomainName>();
    const addresses = new Map<string, ResourceRecord>();
    for (const { address, target } of this.find().entries) {
      const text = target.join('.');
      const name = names.get(text) ?? nameBelow(target, zone);
      if (name === undefined || address.family === 0) continue;
      names.set(text, name);
      addresses.set(`${text} ${address.text}`, addressRecord(name, ttl, address));
    }
    return { names: [...names.values()], addresses: [...addresses.values()] };
  }
}

function ownBackend(address: Address): Backend {
  return { address, port: WITHOUT_PORT, target: OWN_LABELS, endpoint: '', topologyZone: '' };
}
