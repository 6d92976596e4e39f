import { printed, recordOf, recordsOf, textOf, textsOf, type JsonObject, type KubeObject } from '../objects.ts';
import { any, boolean, integer, kindSchema, list, object, string, stringMap, strings } from '../schema.ts';
import { validateEndpointSlice, validateEndpointSliceUpdate } from '../validation/objects.ts';
import { AGE, NAME, resourceType, type ResourceType } from './resource-type.ts';

const endpoint = object('Endpoint', {
  addresses: strings,
  conditions: object('EndpointConditions', { ready: boolean, serving: boolean, terminating: boolean }),
  hostname: string,
  targetRef: any,
  deprecatedTopology: stringMap,
  nodeName: string,
  zone: string,
  hints: any,
});

const endpointPort = object('EndpointPort', { name: string, protocol: string, port: integer, appProtocol: string });

export const endpointSlice: ResourceType = resourceType({
  group: 'discovery.k8s.io',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  hasGeneration: true,
  emptyBody: { addressType: '', endpoints: null, ports: null },
  schema: kindSchema('EndpointSlice', { addressType: string, endpoints: list(endpoint), ports: list(endpointPort) }),
  columns: [
    NAME,
    { name: 'AddressType', type: 'string', cell: (slice) => textOf(slice.addressType) },
    { name: 'Ports', type: 'string', cell: (slice) => shorten(portTexts(slice), '<unset>') },
    { name: 'Endpoints', type: 'string', cell: (slice) => shorten(addressTexts(slice), '<unset>') },
    AGE,
  ],
  defaults: (slice) => ({
    ...slice,
    endpoints: listOrNull(recordsOf(slice.endpoints).map((item) => ({ ...item, conditions: item.conditions ?? {} }))),
    ports: listOrNull(
      recordsOf(slice.ports).map((port) => ({ ...port, name: port.name ?? '', protocol: port.protocol ?? 'TCP' })),
    ),
  }),
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
});

/** How the API writes an empty list of a member that is always there: in its stored form there is none. */
function listOrNull(list: readonly JsonObject[]): readonly JsonObject[] | null {
  return list.length === 0 ? null : list;
}

function portTexts(slice: KubeObject): string[] {
  return recordsOf(slice.ports).map(({ port, name }) => (port === undefined ? textOf(name) || '*' : printed(port)));
}

function addressTexts(slice: KubeObject): string[] {
  return recordsOf(slice.endpoints).flatMap((item) => [...textsOf(item.addresses)]);
}

/** At most three, and how many more there are. */
function shorten(texts: readonly string[], none: string): string {
  if (texts.length === 0) return none;
  return texts.slice(0, 3).join(',') + (texts.length > 3 ? ` + ${texts.length - 3} more...` : '');
}

export const endpoints: ResourceType = resourceType({
  group: '',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  schema: kindSchema('Endpoints', {
    subsets: list(object('EndpointSubset', { addresses: any, notReadyAddresses: any, ports: any })),
  }),
  columns: [NAME, { name: 'Endpoints', type: 'string', cell: (object) => shorten(subsetTexts(object), '<none>') }, AGE],
});

function subsetTexts(object: KubeObject): string[] {
  return recordsOf(object.subsets).flatMap((subset) => {
    const ports = recordsOf(subset.ports);
    return recordsOf(recordOf(subset).addresses).flatMap(({ ip }) =>
      ports.length === 0 ? [textOf(ip)] : ports.map(({ port }) => `${textOf(ip)}:${printed(port)}`),
    );
  });
}
