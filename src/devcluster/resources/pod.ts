import { listOf, recordOf, recordsOf, textOf, type Json, type JsonObject, type KubeObject } from '../objects.ts';
import { any, boolean, integer, keyedList, kindSchema, list, object, string, stringMap, time } from '../schema.ts';
import type { ObjectSchema } from '../schema.ts';
import { validatePod, validatePodUpdate } from '../validation/objects.ts';
import { AGE, NAME, resourceType, type ResourceType } from './resource-type.ts';

const containerPort = object('ContainerPort', {
  name: string,
  hostPort: integer,
  containerPort: integer,
  protocol: string,
  hostIP: string,
});

const container = object('Container', {
  name: string,
  image: string,
  command: list(string),
  args: list(string),
  workingDir: string,
  ports: keyedList(containerPort, 'containerPort', ['containerPort', 'protocol']),
  envFrom: any,
  env: keyedList(object('EnvVar', { name: string, value: string, valueFrom: any }), 'name'),
  resources: any,
  resizePolicy: any,
  restartPolicy: string,
  restartPolicyRules: any,
  volumeMounts: keyedList(any, 'mountPath'),
  volumeDevices: keyedList(any, 'devicePath'),
  livenessProbe: any,
  readinessProbe: any,
  startupProbe: any,
  lifecycle: any,
  terminationMessagePath: string,
  terminationMessagePolicy: string,
  imagePullPolicy: string,
  securityContext: any,
  stdin: boolean,
  stdinOnce: boolean,
  tty: boolean,
});

/** The spec of pods, and of the templates that pods are made from. */
export const podSpec: ObjectSchema = object('PodSpec', {
  volumes: keyedList(any, 'name'),
  initContainers: keyedList(container, 'name'),
  containers: keyedList(container, 'name'),
  ephemeralContainers: keyedList(any, 'name'),
  restartPolicy: string,
  terminationGracePeriodSeconds: integer,
  activeDeadlineSeconds: integer,
  dnsPolicy: string,
  nodeSelector: stringMap,
  serviceAccountName: string,
  serviceAccount: string,
  automountServiceAccountToken: boolean,
  nodeName: string,
  hostNetwork: boolean,
  hostPID: boolean,
  hostIPC: boolean,
  hostUsers: boolean,
  hostnameOverride: string,
  shareProcessNamespace: boolean,
  securityContext: any,
  imagePullSecrets: keyedList(any, 'name'),
  hostname: string,
  subdomain: string,
  affinity: any,
  schedulerName: string,
  tolerations: any,
  hostAliases: keyedList(any, 'ip'),
  priorityClassName: string,
  priority: integer,
  dnsConfig: any,
  readinessGates: any,
  runtimeClassName: string,
  enableServiceLinks: boolean,
  preemptionPolicy: string,
  overhead: any,
  topologySpreadConstraints: any,
  setHostnameAsFQDN: boolean,
  os: any,
  schedulingGates: any,
  resourceClaims: any,
  resources: any,
});

const podStatus = object('PodStatus', {
  observedGeneration: integer,
  phase: string,
  conditions: keyedList(any, 'type'),
  message: string,
  reason: string,
  nominatedNodeName: string,
  hostIP: string,
  hostIPs: any,
  podIP: string,
  podIPs: keyedList(any, 'ip'),
  startTime: time,
  initContainerStatuses: any,
  containerStatuses: any,
  ephemeralContainerStatuses: any,
  qosClass: string,
  resize: string,
  resourceClaimStatuses: any,
});

export const pod: ResourceType = resourceType({
  group: '',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  hasStatus: true,
  hasGeneration: true,
  returnsDeleted: true,
  emptyBody: { spec: { containers: null }, status: {} },
  fieldLabels: {
    'spec.nodeName': ['spec', 'nodeName'],
    'spec.restartPolicy': ['spec', 'restartPolicy'],
    'spec.schedulerName': ['spec', 'schedulerName'],
    'spec.serviceAccountName': ['spec', 'serviceAccountName'],
    'spec.hostNetwork': ['spec', 'hostNetwork'],
    'status.phase': ['status', 'phase'],
    'status.podIP': ['status', 'podIP'],
    'status.nominatedNodeName': ['status', 'nominatedNodeName'],
  },
  schema: kindSchema('Pod', { spec: podSpec, status: podStatus }),
  columns: [
    NAME,
    { name: 'Ready', type: 'string', cell: readyContainers },
    { name: 'Status', type: 'string', cell: podReason },
    { name: 'Restarts', type: 'string', cell: () => '0' },
    AGE,
    { name: 'IP', type: 'string', wide: true, cell: (pod) => textOf(recordOf(pod.status).podIP) || '<none>' },
    { name: 'Node', type: 'string', wide: true, cell: (pod) => textOf(recordOf(pod.spec).nodeName) || '<none>' },
    {
      name: 'Nominated Node',
      type: 'string',
      wide: true,
      cell: (pod) => textOf(recordOf(pod.status).nominatedNodeName) || '<none>',
    },
    { name: 'Readiness Gates', type: 'string', wide: true, cell: () => '<none>' },
  ],
  defaults: (pod) => ({
    ...pod,
    spec: podSpecDefaults(recordOf(pod.spec)),
    status: { phase: 'Pending', qosClass: 'BestEffort', ...recordOf(pod.status) },
  }),
  validate: validatePod,
  validateUpdate: validatePodUpdate,
});

/** Whether the condition `Ready` holds. */
export function isPodReady(pod: KubeObject): boolean {
  return recordsOf(recordOf(pod.status).conditions).some(({ type, status }) => type === 'Ready' && status === 'True');
}

function readyContainers(pod: KubeObject): string {
  const count = listOf(recordOf(pod.spec).containers).length;
  const ready = recordsOf(recordOf(pod.status).containerStatuses).filter((container) => container.ready === true);
  return `${ready.length}/${count}`;
}

function podReason(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const status = recordOf(pod.status);
  return textOf(status.reason) || textOf(status.phase);
}

/** What the API fills in for a pod, or for the template of one. */
export function podSpecDefaults(spec: JsonObject): JsonObject {
  const account = textOf(spec.serviceAccountName);
  return {
    ...spec,
    ...containersDefaults(spec, 'initContainers'),
    ...containersDefaults(spec, 'containers'),
    restartPolicy: spec.restartPolicy ?? 'Always',
    terminationGracePeriodSeconds: spec.terminationGracePeriodSeconds ?? 30,
    dnsPolicy: spec.dnsPolicy ?? 'ClusterFirst',
    ...(account === '' ? {} : { serviceAccount: account }),
    securityContext: spec.securityContext ?? {},
    schedulerName: spec.schedulerName ?? 'default-scheduler',
  };
}

function containersDefaults(spec: JsonObject, field: string): JsonObject {
  return spec[field] === undefined ? {} : { [field]: listOf(spec[field]).map((item) => containerDefaults(item)) };
}

function containerDefaults(item: Json): Json {
  const given = recordOf(item);
  const image = textOf(given.image);
  const latest = !/[:@][^/]+$/.test(image) || image.endsWith(':latest');
  const ports = recordsOf(given.ports).map((port) => ({ ...port, protocol: port.protocol ?? 'TCP' }));
  return {
    ...given,
    ...(ports.length > 0 ? { ports } : {}),
    resources: given.resources ?? {},
    terminationMessagePath: given.terminationMessagePath ?? '/dev/termination-log',
    terminationMessagePolicy: given.terminationMessagePolicy ?? 'File',
    imagePullPolicy: given.imagePullPolicy ?? (latest ? 'Always' : 'IfNotPresent'),
  };
}
