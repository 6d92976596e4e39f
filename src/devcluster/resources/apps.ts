import { recordOf, recordsOf, textOf, type Json, type JsonObject, type KubeObject } from '../objects.ts';
import { any, boolean, integer, kindSchema, object, objectMeta, string, stringMap, type Schema } from '../schema.ts';
import { validateWorkload, validateWorkloadUpdate } from '../validation/objects.ts';
import { podSpec, podSpecDefaults } from './pod.ts';
import { AGE, NAME, resourceType, type Column, type ResourceType } from './resource-type.ts';
import { labelsText } from './service.ts';

const template = object('PodTemplateSpec', { metadata: objectMeta, spec: podSpec });
const selector = object('LabelSelector', { matchLabels: stringMap, matchExpressions: any });
const common = { replicas: integer, minReadySeconds: integer, revisionHistoryLimit: integer, selector, template };

const number = (value: Json | undefined): number => (typeof value === 'number' ? value : 0);
const status = (item: KubeObject, field: string): number => number(recordOf(item.status)[field]);
const spec = (item: KubeObject): JsonObject => recordOf(item.spec);
const containers = (item: KubeObject, field: string): string =>
  recordsOf(recordOf(recordOf(spec(item).template).spec).containers)
    .map((container) => textOf(container[field]))
    .join(',');

const ready: Column = {
  name: 'Ready',
  type: 'string',
  cell: (item) => `${status(item, 'readyReplicas')}/${number(spec(item).replicas)}`,
};
const wide: readonly Column[] = [
  { name: 'Containers', type: 'string', wide: true, cell: (item) => containers(item, 'name') },
  { name: 'Images', type: 'string', wide: true, cell: (item) => containers(item, 'image') },
];
const selectorColumn: Column = {
  name: 'Selector',
  type: 'string',
  wide: true,
  cell: (item) => labelsText(recordOf(spec(item).selector).matchLabels),
};

interface Workload {
  readonly kind: string;
  readonly shortName: string;
  readonly fields: Readonly<Record<string, Schema>>;
  readonly columns: readonly Column[];
  readonly defaults: (spec: JsonObject) => JsonObject;
}

function workload(row: Workload): ResourceType {
  return resourceType({
    group: 'apps',
    kind: row.kind,
    plural: `${row.kind.toLowerCase()}s`,
    shortNames: [row.shortName],
    categories: ['all'],
    hasStatus: true,
    hasScale: true,
    hasGeneration: true,
    emptyBody: { spec: { selector: null, template: {} }, status: {} },
    schema: kindSchema(row.kind, { spec: object(`${row.kind}Spec`, { ...common, ...row.fields }), status: any }),
    columns: row.columns,
    defaults: (item) => ({
      ...item,
      spec: { replicas: 1, ...row.defaults(spec(item)), ...templateDefaults(spec(item)) },
      status: recordOf(item.status),
    }),
    validate: validateWorkload,
    validateUpdate: validateWorkloadUpdate,
  });
}

function templateDefaults(spec: JsonObject): JsonObject {
  const given = recordOf(spec.template);
  return { template: { ...given, spec: podSpecDefaults(recordOf(given.spec)) } };
}

export const deployment: ResourceType = workload({
  kind: 'Deployment',
  shortName: 'deploy',
  fields: { strategy: any, paused: boolean, progressDeadlineSeconds: integer },
  columns: [
    NAME,
    ready,
    { name: 'Up-to-date', type: 'string', cell: (item) => status(item, 'updatedReplicas') },
    { name: 'Available', type: 'string', cell: (item) => status(item, 'availableReplicas') },
    AGE,
    ...wide,
    selectorColumn,
  ],
  defaults: (spec) => ({
    revisionHistoryLimit: 10,
    progressDeadlineSeconds: 600,
    ...spec,
    strategy: defaultStrategy(recordOf(spec.strategy)),
  }),
});

function defaultStrategy(strategy: JsonObject): JsonObject {
  if (strategy.type === 'Recreate') return strategy;
  return {
    type: 'RollingUpdate',
    rollingUpdate: { maxUnavailable: '25%', maxSurge: '25%', ...recordOf(strategy.rollingUpdate) },
  };
}

export const replicaSet: ResourceType = workload({
  kind: 'ReplicaSet',
  shortName: 'rs',
  fields: {},
  columns: [
    NAME,
    { name: 'Desired', type: 'integer', cell: (item) => number(spec(item).replicas) },
    { name: 'Current', type: 'integer', cell: (item) => status(item, 'replicas') },
    { name: 'Ready', type: 'integer', cell: (item) => status(item, 'readyReplicas') },
    AGE,
    ...wide,
    selectorColumn,
  ],
  defaults: (spec) => spec,
});

export const statefulSet: ResourceType = workload({
  kind: 'StatefulSet',
  shortName: 'sts',
  fields: {
    serviceName: string,
    volumeClaimTemplates: any,
    podManagementPolicy: string,
    updateStrategy: any,
    persistentVolumeClaimRetentionPolicy: any,
    ordinals: any,
  },
  columns: [NAME, ready, AGE, ...wide],
  defaults: (spec) => ({
    podManagementPolicy: 'OrderedReady',
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { partition: 0 } },
    persistentVolumeClaimRetentionPolicy: { whenDeleted: 'Retain', whenScaled: 'Retain' },
    ...spec,
  }),
});
