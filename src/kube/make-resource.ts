import { Address } from './address.ts';
import type { SharedValues } from './decoded-object.ts';
import type { Port, Resource, Service } from './resources.ts';
import { SliceEndpoint } from './slice-endpoint.ts';

/*
 * From the values of an object's fields, in whatever form they came, to what the store keeps of them.
 */

export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name';
export const IMPORTED_SERVICE_LABEL = 'multicluster.kubernetes.io/service-name';
export const SOURCE_CLUSTER_LABEL = 'multicluster.kubernetes.io/source-cluster';
export const TRIGGER_TIME_ANNOTATION = 'endpoints.kubernetes.io/last-change-trigger-time';

/** The number of a port that has none. */
export const NO_PORT = -1;

export type Meta = Pick<Resource, 'namespace' | 'name' | 'resourceVersion'>;

const WITHOUT_PORTS: readonly Port[] = [{ name: '', protocol: '', port: NO_PORT }];
const NO_ADDRESSES: readonly Address[] = [];

// A DNS label has at most 63 octets (RFC 1035 §2.3.4): a longer pod name cannot become an endpoint's label.
const MAXIMUM_LABEL_LENGTH = 63;

/** The fields of a Service as the API has them; `addresses` are its external ones. */
export interface ServiceFields {
  readonly type: string;
  readonly clusterIPs: readonly string[];
  readonly externalName: string;
  readonly ports: readonly Port[];
  readonly addresses: readonly string[];
}

export function makeService(meta: Meta, fields: ServiceFields, shared: SharedValues): Service {
  const headless = fields.clusterIPs[0] === 'None';
  return {
    kind: 'Service',
    namespace: meta.namespace,
    name: meta.name,
    resourceVersion: meta.resourceVersion,
    type: shared.text(fields.type),
    headless,
    clusterIPs: headless ? NO_ADDRESSES : makeAddresses(fields.clusterIPs),
    externalName: fields.externalName.replace(/\.$/, ''),
    ports: sharePorts(fields.ports, shared),
    externalAddresses: makeAddresses(fields.addresses),
  };
}

/** One entry for each address of a ready endpoint. */
export function makeEndpoints(
  addresses: readonly string[],
  fields: { readonly hostname: string; readonly podName: string; readonly zone: string },
  shared: SharedValues,
): SliceEndpoint[] {
  const hostname = fields.hostname.toLowerCase();
  // The pods of a StatefulSet have their own names for host names: one string is enough.
  const podName = fields.podName === hostname ? hostname : fields.podName;
  const usable = podName.length <= MAXIMUM_LABEL_LENGTH ? podName : '';
  const zone = shared.text(fields.zone.toLowerCase());
  return addresses.map((text) => new SliceEndpoint(text, hostname, usable, zone));
}

export function makePort(name: string, protocol: string, port: number, shared: SharedValues): Port {
  return { name: shared.text(name.toLowerCase()), protocol: shared.text(protocol.toLowerCase()), port };
}

export function sharePorts(ports: readonly Port[], shared: SharedValues): readonly Port[] {
  if (ports.length === 0) return WITHOUT_PORTS;
  return shared.ports.share(ports.map((port) => `${port.name}/${port.protocol}/${port.port}`).join(), ports);
}

/** See Pod.uid. */
export function uidNumber(uid: string): number {
  return Number.parseInt(uid.slice(0, 8), 16) || 0;
}

/** Empty texts are left out. */
export function makeAddresses(texts: readonly string[]): readonly Address[] {
  const given = texts.filter((text) => text !== '');
  return given.length === 0 ? NO_ADDRESSES : given.map((text) => new Address(text));
}
