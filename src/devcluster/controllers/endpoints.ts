import { familyOf, type IpFamily } from '../address-range.ts';
import { recordOf, recordsOf, textOf, type Json, type JsonObject, type KubeObject } from '../objects.ts';
import { isPodReady } from '../resources/pod.ts';

/** Endpoints that listen on the same ports: those of one slice, or of several. */
export interface PortGroup {
  /** Null: a service without ports. */
  readonly ports: readonly JsonObject[] | null;
  /** By the address. */
  readonly endpoints: Map<string, JsonObject>;
}

/** What the pods of a service mean for its slices of one family; pods may give a named port different numbers. */
export function portGroups(
  service: KubeObject,
  pods: readonly KubeObject[],
  family: IpFamily,
  zoneOf: (nodeName: string) => string,
): ReadonlyMap<string, PortGroup> {
  const groups = new Map<string, PortGroup>();
  for (const pod of pods) {
    const address = podAddress(pod, family);
    if (address === undefined || isFinished(pod)) continue;
    const ports = resolvePorts(service, pod);
    const key = JSON.stringify(ports);
    const group = groups.get(key) ?? { ports, endpoints: new Map<string, JsonObject>() };
    groups.set(key, group);
    group.endpoints.set(address, endpointOf(service, pod, address, zoneOf));
  }
  return groups;
}

function isFinished(pod: KubeObject): boolean {
  const { phase } = recordOf(pod.status);
  return phase === 'Succeeded' || phase === 'Failed';
}

function podAddress(pod: KubeObject, family: IpFamily): string | undefined {
  const status = recordOf(pod.status);
  const addresses = [...recordsOf(status.podIPs).map(({ ip }) => textOf(ip)), textOf(status.podIP)];
  return addresses.find((address) => familyOf(address) === family);
}

/** The service's ports as this pod has them; a named port that it does not have is left out. */
function resolvePorts(service: KubeObject, pod: KubeObject): readonly JsonObject[] | null {
  const ports = recordsOf(recordOf(service.spec).ports).flatMap((port): readonly JsonObject[] => {
    const number =
      typeof port.targetPort === 'string' ? namedPort(pod, port.targetPort, port.protocol) : port.targetPort;
    if (number === undefined) return [];
    const application = port.appProtocol === undefined ? {} : { appProtocol: port.appProtocol };
    return [{ name: port.name ?? '', protocol: port.protocol, port: number, ...application }];
  });
  return ports.length === 0 ? null : ports;
}

function namedPort(pod: KubeObject, name: string, protocol: Json | undefined): Json | undefined {
  const spec = recordOf(pod.spec);
  const ports = recordsOf(spec.containers).flatMap((container) => recordsOf(container.ports));
  return ports.find((port) => port.name === name && (port.protocol ?? 'TCP') === protocol)?.containerPort;
}

function endpointOf(
  service: KubeObject,
  pod: KubeObject,
  address: string,
  zoneOf: (node: string) => string,
): JsonObject {
  const serving = isPodReady(pod);
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const published = recordOf(service.spec).publishNotReadyAddresses === true;
  const { hostname, subdomain, nodeName } = recordOf(pod.spec);
  const node = textOf(nodeName);
  const zone = zoneOf(node);
  const { name, namespace, uid } = pod.metadata;
  return {
    addresses: [address],
    conditions: { ready: published || (serving && !terminating), serving, terminating },
    ...(textOf(hostname) !== '' && subdomain === service.metadata.name ? { hostname } : {}),
    targetRef: { kind: 'Pod', namespace, name, uid },
    ...(node === '' ? {} : { nodeName: node }),
    ...(zone === '' ? {} : { zone }),
  };
}
