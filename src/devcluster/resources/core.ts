import { listOf, recordOf, recordsOf, textOf, type JsonObject, type KubeObject } from '../objects.ts';
import { any, boolean, bytesMap, integer, kindSchema, object, string, stringMap, strings, time } from '../schema.ts';
import { validateConfigData, validateConfigDataUpdate } from '../validation/objects.ts';
import { AGE, NAME, resourceType, type ResourceType } from './resource-type.ts';

export const namespace: ResourceType = resourceType({
  group: '',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  nameRule: 'label',
  hasStatus: true,
  emptyBody: { spec: {}, status: {} },
  fieldLabels: { 'status.phase': ['status', 'phase'] },
  schema: kindSchema('Namespace', {
    spec: object('NamespaceSpec', { finalizers: strings }),
    status: object('NamespaceStatus', { phase: string, conditions: any }),
  }),
  columns: [NAME, { name: 'Status', type: 'string', cell: (item) => textOf(recordOf(item.status).phase) }, AGE],
  defaults: (item) => ({
    ...item,
    metadata: {
      ...item.metadata,
      labels: { ...item.metadata.labels, 'kubernetes.io/metadata.name': item.metadata.name },
    },
    spec: { finalizers: ['kubernetes'], ...recordOf(item.spec) },
    status: { phase: 'Active', ...recordOf(item.status) },
  }),
});

const dataCount = (item: KubeObject): number =>
  Object.keys(recordOf(item.data)).length + Object.keys(recordOf(item.binaryData)).length;

export const configMap: ResourceType = resourceType({
  group: '',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  schema: kindSchema('ConfigMap', { data: stringMap, binaryData: bytesMap, immutable: boolean }),
  columns: [NAME, { name: 'Data', type: 'string', cell: dataCount }, AGE],
  validate: validateConfigData,
  validateUpdate: validateConfigDataUpdate,
});

export const secret: ResourceType = resourceType({
  group: '',
  kind: 'Secret',
  plural: 'secrets',
  fieldLabels: { type: ['type'] },
  schema: kindSchema('Secret', { data: bytesMap, stringData: stringMap, type: string, immutable: boolean }),
  columns: [
    NAME,
    { name: 'Type', type: 'string', cell: (item) => textOf(item.type) },
    { name: 'Data', type: 'string', cell: dataCount },
    AGE,
  ],
  defaults: (item) => {
    const { stringData, ...rest } = item;
    const encoded = Object.entries(recordOf(stringData)).map(([key, value]): [string, string] => [
      key,
      Buffer.from(textOf(value)).toString('base64'),
    ]);
    const data: JsonObject = { ...recordOf(item.data), ...Object.fromEntries(encoded) };
    return { ...rest, ...(Object.keys(data).length > 0 ? { data } : {}), type: textOf(item.type) || 'Opaque' };
  },
  validate: validateConfigData,
  validateUpdate: validateConfigDataUpdate,
});

export const serviceAccount: ResourceType = resourceType({
  group: '',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  schema: kindSchema('ServiceAccount', {
    secrets: any,
    imagePullSecrets: any,
    automountServiceAccountToken: boolean,
  }),
  columns: [NAME, { name: 'Secrets', type: 'string', cell: (item) => listOf(item.secrets).length }, AGE],
});

export const node: ResourceType = resourceType({
  group: '',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  hasStatus: true,
  emptyBody: { spec: {}, status: {} },
  fieldLabels: { 'spec.unschedulable': ['spec', 'unschedulable'] },
  schema: kindSchema('Node', {
    spec: object('NodeSpec', {
      podCIDR: string,
      podCIDRs: strings,
      providerID: string,
      unschedulable: boolean,
      taints: any,
    }),
    status: any,
  }),
  columns: [
    NAME,
    { name: 'Status', type: 'string', cell: nodeStatus },
    { name: 'Roles', type: 'string', cell: nodeRoles },
    AGE,
    { name: 'Version', type: 'string', cell: (item) => nodeInfo(item, 'kubeletVersion') },
    { name: 'Internal-IP', type: 'string', wide: true, cell: (item) => nodeAddress(item, 'InternalIP') },
    { name: 'External-IP', type: 'string', wide: true, cell: (item) => nodeAddress(item, 'ExternalIP') },
    { name: 'OS-Image', type: 'string', wide: true, cell: (item) => nodeInfo(item, 'osImage') },
    { name: 'Kernel-Version', type: 'string', wide: true, cell: (item) => nodeInfo(item, 'kernelVersion') },
    {
      name: 'Container-Runtime',
      type: 'string',
      wide: true,
      cell: (item) => nodeInfo(item, 'containerRuntimeVersion'),
    },
  ],
});

function nodeStatus(item: KubeObject): string {
  const ready = recordsOf(recordOf(item.status).conditions).find(({ type }) => type === 'Ready');
  const words = [ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady'];
  if (recordOf(item.spec).unschedulable === true) words.push('SchedulingDisabled');
  return words.join(',');
}

function nodeRoles(item: KubeObject): string {
  const prefix = 'node-role.kubernetes.io/';
  const roles = Object.keys(item.metadata.labels ?? {}).filter((label) => label.startsWith(prefix));
  return roles.map((label) => label.slice(prefix.length)).join(',') || '<none>';
}

function nodeInfo(item: KubeObject, field: string): string {
  return textOf(recordOf(recordOf(item.status).nodeInfo)[field]) || '<unknown>';
}

function nodeAddress(item: KubeObject, type: string): string {
  return textOf(recordsOf(recordOf(item.status).addresses).find((entry) => entry.type === type)?.address) || '<none>';
}

const eventFields = {
  involvedObject: any,
  regarding: any,
  reason: string,
  message: string,
  note: string,
  source: any,
  firstTimestamp: time,
  lastTimestamp: time,
  count: integer,
  type: string,
  eventTime: time,
  series: any,
  action: string,
  related: any,
  reportingComponent: string,
  reportingInstance: string,
  reportingController: string,
  deprecatedSource: any,
  deprecatedFirstTimestamp: time,
  deprecatedLastTimestamp: time,
  deprecatedCount: integer,
};

export const event: ResourceType = resourceType({
  group: '',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  fieldLabels: Object.fromEntries(
    ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath']
      .map((field): [string, string[]] => [`involvedObject.${field}`, ['involvedObject', field]])
      .concat(['reason', 'type'].map((field): [string, string[]] => [field, [field]])),
  ),
  schema: kindSchema('Event', eventFields),
  columns: [
    { name: 'Last Seen', type: 'string', cell: (item, now) => AGE.cell(item, now) },
    { name: 'Type', type: 'string', cell: (item) => textOf(item.type) },
    { name: 'Reason', type: 'string', cell: (item) => textOf(item.reason) },
    {
      name: 'Object',
      type: 'string',
      cell: (item) => {
        const about = recordOf(item.involvedObject);
        return `${textOf(about.kind).toLowerCase()}/${textOf(about.name)}`;
      },
    },
    { name: 'Message', type: 'string', cell: (item) => textOf(item.message) },
  ],
});

export const lease: ResourceType = resourceType({
  group: 'coordination.k8s.io',
  kind: 'Lease',
  plural: 'leases',
  schema: kindSchema('Lease', {
    spec: object('LeaseSpec', {
      holderIdentity: string,
      leaseDurationSeconds: integer,
      acquireTime: time,
      renewTime: time,
      leaseTransitions: integer,
      strategy: string,
      preferredHolder: string,
    }),
  }),
  columns: [NAME, { name: 'Holder', type: 'string', cell: (item) => textOf(recordOf(item.spec).holderIdentity) }, AGE],
});
