import {
  listOf,
  printed,
  recordOf,
  recordsOf,
  sameJson,
  textOf,
  textsOf,
  without,
  type JsonObject,
  type KubeObject,
} from '../objects.ts';
import {
  any,
  boolean,
  integer,
  intOrString,
  keyedList,
  kindSchema,
  object,
  string,
  stringMap,
  strings,
} from '../schema.ts';
import { validateService, validateServiceUpdate } from '../validation/service.ts';
import { AGE, NAME, resourceType, type ResourceType } from './resource-type.ts';

const servicePort = object('ServicePort', {
  name: string,
  protocol: string,
  appProtocol: string,
  port: integer,
  targetPort: intOrString,
  nodePort: integer,
});

const spec = object('ServiceSpec', {
  ports: keyedList(servicePort, 'port', ['port', 'protocol']),
  selector: stringMap,
  clusterIP: string,
  clusterIPs: strings,
  type: string,
  externalIPs: strings,
  sessionAffinity: string,
  sessionAffinityConfig: any,
  loadBalancerIP: string,
  loadBalancerSourceRanges: strings,
  loadBalancerClass: string,
  externalName: string,
  externalTrafficPolicy: string,
  internalTrafficPolicy: string,
  healthCheckNodePort: integer,
  publishNotReadyAddresses: boolean,
  ipFamilies: strings,
  ipFamilyPolicy: string,
  allocateLoadBalancerNodePorts: boolean,
  trafficDistribution: string,
});

export const service: ResourceType = resourceType({
  group: '',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  nameRule: 'label',
  hasStatus: true,
  returnsDeleted: true,
  emptyBody: { spec: {}, status: { loadBalancer: {} } },
  fieldLabels: { 'spec.clusterIP': ['spec', 'clusterIP'], 'spec.type': ['spec', 'type'] },
  schema: kindSchema('Service', {
    spec,
    status: object('ServiceStatus', { loadBalancer: any, conditions: any }),
  }),
  columns: [
    NAME,
    { name: 'Type', type: 'string', cell: (service) => textOf(recordOf(service.spec).type) },
    { name: 'Cluster-IP', type: 'string', cell: (service) => textOf(recordOf(service.spec).clusterIP) || '<none>' },
    { name: 'External-IP', type: 'string', cell: externalAddress },
    { name: 'Port(s)', type: 'string', cell: portsCell },
    AGE,
    { name: 'Selector', type: 'string', wide: true, cell: (service) => labelsText(recordOf(service.spec).selector) },
  ],
  defaults: serviceDefaults,
  beforeUpdate: withoutOldType,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
});

/** `a=b,c=d`, as kubectl prints selectors. */
export function labelsText(labels: JsonObject[string]): string {
  const pairs = Object.entries(recordOf(labels)).map(([key, value]) => `${key}=${textOf(value)}`);
  return pairs.length === 0 ? '<none>' : pairs.toSorted().join(',');
}

function externalAddress(service: KubeObject): string {
  const spec = recordOf(service.spec);
  const external = textsOf(spec.externalIPs);
  if (spec.type === 'ExternalName') return textOf(spec.externalName);
  if (spec.type !== 'LoadBalancer') return external.join(',') || '<none>';
  const ingress = recordsOf(recordOf(recordOf(service.status).loadBalancer).ingress);
  const addresses = ingress.map((entry) => textOf(entry.ip) || textOf(entry.hostname));
  return [...addresses.toSorted(), ...external].join(',') || '<pending>';
}

function portsCell(service: KubeObject): string {
  const ports = recordsOf(recordOf(service.spec).ports).map(({ port, nodePort, protocol }) => {
    const node = typeof nodePort === 'number' && nodePort > 0 ? `:${nodePort}` : '';
    return `${printed(port)}${node}/${textOf(protocol)}`;
  });
  return ports.join(',') || '<none>';
}

/** Everything but the addresses, families and node ports, which depend on what the other services have. */
function serviceDefaults(service: KubeObject): KubeObject {
  const given = recordOf(service.spec);
  const type = textOf(given.type) || 'ClusterIP';
  const external = type === 'NodePort' || type === 'LoadBalancer' || textsOf(given.externalIPs).length > 0;
  const ports = listOf(given.ports).map((port) => portDefaults(recordOf(port)));
  const spec: JsonObject = {
    ...given,
    ...(ports.length > 0 ? { ports } : {}),
    type,
    sessionAffinity: given.sessionAffinity ?? 'None',
    ...(type === 'ExternalName' ? {} : { internalTrafficPolicy: given.internalTrafficPolicy ?? 'Cluster' }),
    ...(external ? { externalTrafficPolicy: given.externalTrafficPolicy ?? 'Cluster' } : {}),
    ...(type === 'LoadBalancer' ? { allocateLoadBalancerNodePorts: given.allocateLoadBalancerNodePorts ?? true } : {}),
    ...(given.sessionAffinity === 'ClientIP'
      ? { sessionAffinityConfig: given.sessionAffinityConfig ?? { clientIP: { timeoutSeconds: 10_800 } } }
      : {}),
  };
  const status = recordOf(service.status);
  return { ...service, spec, status: { ...status, loadBalancer: loadBalancerDefaults(recordOf(status.loadBalancer)) } };
}

function loadBalancerDefaults(loadBalancer: JsonObject): JsonObject {
  if (loadBalancer.ingress === undefined) return loadBalancer;
  const ingress = recordsOf(loadBalancer.ingress).map((entry) => ({
    ...entry,
    ...(textOf(entry.ip) === '' ? {} : { ipMode: entry.ipMode ?? 'VIP' }),
  }));
  return { ...loadBalancer, ingress };
}

function portDefaults(port: JsonObject): JsonObject {
  const target = port.targetPort;
  const unset = target === undefined || target === 0 || target === '';
  return {
    ...port,
    protocol: textOf(port.protocol) || 'TCP',
    ...(unset && port.port !== undefined ? { targetPort: port.port } : {}),
  };
}

// What only services of some types have.
const ADDRESS_FIELDS = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'];
const EXTERNAL_FIELDS = ['externalTrafficPolicy', 'allocateLoadBalancerNodePorts', 'healthCheckNodePort'];

/** A service that changes its type loses what it had for the old one, unless the client gives it anew. */
function withoutOldType(service: KubeObject, old: KubeObject): KubeObject {
  const [spec, before] = [recordOf(service.spec), recordOf(old.spec)];
  if (spec.type === before.type) return service;
  const inherited = (fields: readonly string[]): string[] =>
    fields.filter((field) => spec[field] !== undefined && sameJson(spec[field], before[field]));
  if (spec.type === 'ExternalName') {
    const rest = without(spec, ...inherited([...ADDRESS_FIELDS, ...EXTERNAL_FIELDS]));
    return { ...service, spec: { ...rest, ...withoutNodePorts(rest, before) } };
  }
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') return service;
  const rest = without(spec, ...inherited(EXTERNAL_FIELDS));
  return { ...service, spec: { ...rest, ...withoutNodePorts(rest, before) } };
}

function withoutNodePorts(spec: JsonObject, before: JsonObject): JsonObject {
  if (spec.ports === undefined) return {};
  const old = new Set(recordsOf(before.ports).map(({ nodePort }) => nodePort));
  const ports = recordsOf(spec.ports).map((port) => (old.has(port.nodePort) ? without(port, 'nodePort') : port));
  return { ports };
}
