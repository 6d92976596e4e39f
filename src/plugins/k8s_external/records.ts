import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { SRV } from '../../dns/records/srv.ts';
import type { Address } from '../../kube/address.ts';
import type { ExternalBackend } from '../../plugin-api/external-services.ts';

/** The weights of an answer add up to about this. */
const TOTAL_WEIGHT = 100;
/** A port without a number, see ExternalBackend. */
const NO_PORT = -1;

/** The name of `labels`, leftmost first, below `zone`; undefined when they make no name. */
export function nameBelow(labels: readonly string[], zone: DomainName): DomainName | undefined {
  return DomainName.tryParse(`${labels.join('.')}.${zone.isRoot ? '' : zone.text}`);
}

/** The A or AAAA record of an address that is one. */
export function addressRecord(owner: DomainName, ttl: number, address: Address): ResourceRecord {
  return (address.family === 4 ? A : AAAA).make(owner, ttl, { address: address.octets });
}

/** A and AAAA records of the backends, each address once. */
export function addressRecords(owner: DomainName, ttl: number, backends: readonly ExternalBackend[]): ResourceRecord[] {
  const distinct = new Map(backends.map(({ address }) => [address.key, address]));
  return [...distinct.values()]
    .filter(({ family }) => family !== 0)
    .map((address) => addressRecord(owner, ttl, address));
}

/** Host names that the backends are aliases of, each once. */
export function hostNames(backends: readonly ExternalBackend[]): DomainName[] {
  const names = new Map<string, DomainName>();
  for (const { address } of backends) {
    const name = address.family === 0 ? DomainName.tryParse(address.text) : undefined;
    if (name !== undefined) names.set(name.canonical, name);
  }
  return [...names.values()];
}

/** SRV records with targets below `zone`, for load balancers with a name to that: one for each target and port. */
export function serviceRecords(
  owner: DomainName,
  ttl: number,
  backends: readonly ExternalBackend[],
  zone: DomainName,
): ResourceRecord[] {
  // Every pair of address and port counts, also those that are left out below: so CoreDNS shares the weight out.
  const weight = Math.max(1, Math.floor(TOTAL_WEIGHT / backends.length));
  const records = new Map<string, ResourceRecord>();
  for (const { address, port, labels } of backends) {
    if (port.port === NO_PORT) continue;
    const target = address.family === 0 ? DomainName.tryParse(address.text) : nameBelow(labels, zone);
    if (target === undefined) continue;
    const key = `${target.canonical} ${port.port}`;
    if (!records.has(key)) records.set(key, SRV.make(owner, ttl, { priority: 0, weight, port: port.port, target }));
  }
  return [...records.values()];
}

/** Those whose port fits; an empty name or protocol fits all. */
export function ofPort(
  backends: readonly ExternalBackend[],
  { port, protocol }: { readonly port: string; readonly protocol: string },
): readonly ExternalBackend[] {
  if (port === '' && protocol === '') return backends;
  return backends.filter((backend) => {
    return (port === '' || backend.port.name === port) && (protocol === '' || backend.port.protocol === protocol);
  });
}
