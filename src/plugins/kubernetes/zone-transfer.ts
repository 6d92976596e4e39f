import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { CNAME } from '../../dns/records/cname.ts';
import { NS } from '../../dns/records/ns.ts';
import { SRV } from '../../dns/records/srv.ts';
import { Address } from '../../kube/address.ts';
import type { EndpointSlice, Port, Service, ServiceImport } from '../../kube/resources.ts';
import type { ClusterStore } from '../../kube/store.ts';
import { WITHOUT_PORT } from './backends.ts';
import { endpointLabel } from './endpoint-label.ts';
import type { Lookup } from './lookup.ts';
import type { NameServers } from './name-servers.ts';
import { addressRecord } from './service-targets.ts';
import type { AnswerSettings } from './settings.ts';
import { nameBelow } from './target-name.ts';
import type { ServedZones } from './zones.ts';

/** The weights of the targets of one name add up to about this. */
const TOTAL_WEIGHT = 100;

export interface ZoneTransferOptions {
  readonly store: ClusterStore;
  readonly zones: ServedZones;
  readonly settings: AnswerSettings;
  readonly lookup: Lookup;
  readonly nameServers: NameServers;
}

/**
 * Gives whole zones away: SOA, name servers, services by name, SOA. As in CoreDNS pods, PTR and TXT records are not among them, and every name in
 * a zone can be asked for as if the services were right below it.
 */
export class ZoneTransfer {
  readonly #options: ZoneTransferOptions;

  constructor(options: ZoneTransferOptions) {
    this.#options = options;
  }

  /** See capability `transfer`. */
  records(origin: DomainName, serial: number | undefined): Iterable<ResourceRecord> | Error | undefined {
    const { store, zones } = this.#options;
    const served = zones.find(origin);
    if (served === undefined) return undefined;
    // A secondary would take what is there for all that there is.
    if (!store.hasSynced)
      return new Error(`zone ${origin.text} cannot be transferred before the Kubernetes API has been read`);
    const current = served.isMulticluster ? store.serial.multicluster : store.serial.internal;
    const soa = served.startingAt(origin).soa(current);
    if (serial === current) return [soa];
    const services = byName<Service | ServiceImport>(served.isMulticluster ? store.serviceImports() : store.services());
    return this.#wholeZone(origin, soa, services);
  }

  *#wholeZone(
    origin: DomainName,
    soa: ResourceRecord,
    services: readonly (Service | ServiceImport)[],
  ): Generator<ResourceRecord, void> {
    const { lookup, nameServers, settings } = this.#options;
    yield soa;
    const { names, addresses } = nameServers.records(origin, settings.ttl);
    for (const nameServer of names) yield NS.make(origin, settings.ttl, { nameServer });
    yield* addresses;
    for (const service of services) {
      if (!lookup.isExposed(service.namespace)) continue;
      const owner = nameBelow([service.name, service.namespace, 'svc'], origin);
      if (owner !== undefined) yield* this.#serviceRecords(owner, service);
    }
    yield soa;
  }

  #serviceRecords(owner: DomainName, service: Service | ServiceImport): Iterable<ResourceRecord> {
    const { store, settings } = this.#options;
    const { namespace, name } = service;
    if (service.kind === 'Service' && service.type === 'ExternalName')
      return aliasRecords(owner, service, settings.ttl);
    const slices =
      service.kind === 'Service' ? store.endpointSlices(namespace, name) : store.importedSlices(namespace, name);
    if (service.headless) return this.#endpointRecords(owner, slices);
    if (settings.ignoreEmptyServices && slices.every(({ endpoints }) => endpoints.length === 0)) return [];
    return clusterRecords(
      owner,
      service.kind === 'Service' ? service.clusterIPs : service.ips,
      service.ports,
      settings.ttl,
    );
  }

  *#endpointRecords(owner: DomainName, slices: readonly EndpointSlice[]): Generator<ResourceRecord, void> {
    const { ttl, endpointPodNames } = this.#options.settings;
    for (const { endpoints, ports } of slices) {
      const weight = Math.max(1, Math.floor(TOTAL_WEIGHT / endpoints.length));
      const owners = ports.map((port) => portName(port, owner));
      for (const endpoint of endpoints) {
        const target = nameBelow([endpointLabel(endpoint, endpointPodNames)], owner);
        // A slice of host names has no addresses to give.
        if (target === undefined || endpoint.address.family === 0) continue;
        yield addressRecord(owner, ttl, endpoint.address);
        yield addressRecord(target, ttl, endpoint.address);
        for (const [i, { port }] of ports.entries()) {
          const srvOwner = owners[i];
          if (srvOwner !== undefined) yield SRV.make(srvOwner, ttl, { priority: 0, weight, port, target });
        }
      }
    }
  }
}

function* clusterRecords(
  owner: DomainName,
  addresses: readonly Address[],
  ports: readonly Port[],
  ttl: number,
): Generator<ResourceRecord, void> {
  for (const address of addresses) if (address.family !== 0) yield addressRecord(owner, ttl, address);
  for (const port of ports) {
    if (port.port === WITHOUT_PORT.port) continue;
    const data = { priority: 0, weight: TOTAL_WEIGHT, port: port.port, target: owner };
    yield SRV.make(owner, ttl, data);
    const named = portName(port, owner);
    if (named !== undefined) yield SRV.make(named, ttl, data);
  }
}

/** An address is no name that an alias could lead to. */
function aliasRecords(owner: DomainName, { externalName }: Service, ttl: number): ResourceRecord[] {
  if (new Address(externalName).family !== 0) return [];
  const target = DomainName.tryParse(externalName);
  return target === undefined ? [] : [CNAME.make(owner, ttl, { target })];
}

/** `_PORT._PROTOCOL` below `owner`; undefined for a port without name or number. */
function portName({ name, protocol, port }: Port, owner: DomainName): DomainName | undefined {
  if (name === '' || port === WITHOUT_PORT.port) return undefined;
  return nameBelow([`_${name}`, `_${protocol}`], owner);
}

function byName<T extends { readonly name: string; readonly namespace: string }>(objects: Iterable<T>): T[] {
  const key = ({ name, namespace }: T): string => `${name} ${namespace}`;
  return [...objects].toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
