import type { ResourceRecord } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { NS } from '../../dns/records/ns.ts';
import { SOA } from '../../dns/records/soa.ts';
import type { ExternalServices } from '../../plugin-api/external-services.ts';
import { NAME_SERVER } from './name.ts';
import { addressRecord, nameBelow } from './records.ts';

/** A zone of external services, and the records that are its own. */
export class ExternalZone {
  /** In lower case. */
  readonly name: DomainName;
  readonly #ttl: number;
  readonly #nameServer: DomainName;
  readonly #mailbox: DomainName;

  /** `apex`: the label that the zone's own names are below. `ttl` in seconds. */
  constructor(name: DomainName, apex: string, ttl: number) {
    this.name = name;
    this.#ttl = ttl;
    this.#nameServer = nameBelow([NAME_SERVER, apex], name) ?? name;
    this.#mailbox = nameBelow(['hostmaster', apex], name) ?? name;
  }

  soa(serial: number): ResourceRecord {
    return SOA.make(this.name, this.#ttl, {
      primary: this.#nameServer,
      mailbox: this.#mailbox,
      serial,
      refresh: 7200,
      retry: 1800,
      expire: 86_400,
      minimum: this.#ttl,
    });
  }

  nameServer(): ResourceRecord {
    return NS.make(this.name, this.#ttl, { nameServer: this.#nameServer });
  }

  /** Of the name server. */
  addresses(services: ExternalServices, headless: boolean, owner: DomainName = this.#nameServer): ResourceRecord[] {
    return services.nameServers(headless).map((address) => addressRecord(owner, this.#ttl, address));
  }
}
