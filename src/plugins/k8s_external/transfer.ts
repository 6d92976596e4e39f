import type { ResourceRecord } from '../../dns/message.ts';
import { CNAME } from '../../dns/records/cname.ts';
import type { ExternalBackend, ExternalServices } from '../../plugin-api/external-services.ts';
import type { ExternalZone } from './external-zone.ts';
import { addressRecords, hostNames, nameBelow, ofPort, serviceRecords } from './records.ts';

/** All records of the zone: what queries for its names are answered with. */
export function* zoneRecords(
  zone: ExternalZone,
  services: ExternalServices,
  { ttl, headless }: { readonly ttl: number; readonly headless: boolean },
): Generator<ResourceRecord, void> {
  const soa = zone.soa(services.serial);
  yield soa;
  yield zone.nameServer();
  yield* zone.addresses(services, headless);
  for (const { namespace, name } of services.services(headless)) {
    const backends = services.backends(namespace, name, '', headless);
    yield* namedRecords([name, namespace], backends);
    for (const endpoint of endpointsOf(backends)) yield* namedRecords(endpoint.labels, endpoint.backends);
    for (const { port, protocol } of namedPorts(backends)) {
      const owner = nameBelow([`_${port}`, `_${protocol}`, name, namespace], zone.name);
      if (owner !== undefined)
        yield* serviceRecords(owner, services.ttl, ofPort(backends, { port, protocol }), zone.name);
    }
  }
  yield soa;

  function* namedRecords(
    labels: readonly string[],
    backends: readonly ExternalBackend[],
  ): Generator<ResourceRecord, void> {
    const owner = nameBelow(labels, zone.name);
    if (owner === undefined) return;
    yield* addressRecords(owner, ttl, backends);
    for (const target of hostNames(backends)) yield CNAME.make(owner, services.ttl, { target });
    yield* serviceRecords(owner, services.ttl, backends, zone.name);
  }
}

/** The backends of each endpoint that has a name of its own. */
function endpointsOf(
  backends: readonly ExternalBackend[],
): Iterable<{ readonly labels: readonly string[]; readonly backends: readonly ExternalBackend[] }> {
  const endpoints = new Map<string, { labels: readonly string[]; backends: ExternalBackend[] }>();
  for (const backend of backends) {
    const { labels } = backend;
    // Service and namespace alone: the whole service.
    if (labels.length === 2) continue;
    const endpoint = endpoints.get(labels[0] ?? '');
    if (endpoint === undefined) endpoints.set(labels[0] ?? '', { labels, backends: [backend] });
    else endpoint.backends.push(backend);
  }
  return endpoints.values();
}

function namedPorts(
  backends: readonly ExternalBackend[],
): Iterable<{ readonly port: string; readonly protocol: string }> {
  const ports = new Map<string, { port: string; protocol: string }>();
  for (const { port } of backends) {
    if (port.name !== '') ports.set(`${port.name}/${port.protocol}`, { port: port.name, protocol: port.protocol });
  }
  return ports.values();
}
