import { booleanField, type JsonObject, objectField, objectsField, stringField, stringsField } from '../kube/json.ts';
import { podDNSFaults } from '../kubelet/pod-dns-faults.ts';
import type { PodDNS, PodDNSConfig } from '../kubelet/pod-resolver-file.ts';
import type { Terminal } from './command.ts';
import { UserError } from './user-error.ts';
import { readYamlFile, type YamlObject, type YamlPath } from './yaml-file.ts';

/** A pod as far as its resolv.conf is concerned. */
export interface Pod {
  readonly name: string;
  readonly dns: PodDNS;
  /** Of the node, if the pod runs. */
  readonly nodeAddresses: readonly string[];
}

/** Reads a pod object of the API; what is absent gets the API's defaults. Throws DecodeError. */
export function decodePod(pod: JsonObject): Pod {
  const metadata = objectField(pod, 'metadata');
  const status = objectField(pod, 'status');
  return {
    name: stringField(metadata, 'name'),
    dns: dnsOf(objectField(pod, 'spec'), stringField(metadata, 'namespace')),
    nodeAddresses: objectsField(status, 'hostIPs').map((address) => stringField(address, 'ip')),
  };
}

function dnsOf(spec: JsonObject, namespace: string): PodDNS {
  return {
    namespace: namespace || 'default',
    dnsPolicy: stringField(spec, 'dnsPolicy') || 'ClusterFirst',
    hostNetwork: booleanField(spec, 'hostNetwork', false),
    dnsConfig: (spec['dnsConfig'] ?? undefined) === undefined ? undefined : configOf(objectField(spec, 'dnsConfig')),
  };
}

function configOf(config: JsonObject): PodDNSConfig {
  return {
    nameservers: stringsField(config, 'nameservers'),
    searches: stringsField(config, 'searches'),
    options: objectsField(config, 'options').map((option) => ({
      name: stringField(option, 'name'),
      value: stringField(option, 'value'),
    })),
  };
}

/** Where an object has the pod that it makes, by kind. */
const TEMPLATES: Readonly<Record<string, YamlPath>> = {
  Pod: [],
  PodTemplate: ['template'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template'],
  DaemonSet: ['spec', 'template'],
  Deployment: ['spec', 'template'],
  Job: ['spec', 'template'],
  ReplicaSet: ['spec', 'template'],
  ReplicationController: ['spec', 'template'],
  StatefulSet: ['spec', 'template'],
};

/**
 * The pod of a manifest, or the one that its only workload makes. Throws UserError, also for what the API server would
 * refuse.
 */
export function readPodFile(path: string, terminal: Terminal): Pod {
  const objects = readYamlFile(path, terminal).filter(({ value }) => templateOf(value) !== undefined);
  const [object, second] = objects;
  if (object === undefined) {
    throw new UserError(`${path}: there is no pod, nor a workload that makes pods; give a manifest with one`);
  }
  if (second !== undefined) {
    throw second.error([], `this is the second pod or workload of the file; give a file with one`);
  }
  return podOf(object);
}

function templateOf({ kind }: JsonObject): YamlPath | undefined {
  return typeof kind === 'string' && Object.hasOwn(TEMPLATES, kind) ? TEMPLATES[kind] : undefined;
}

function podOf(object: YamlObject): Pod {
  const path = templateOf(object.value) ?? [];
  const pod = object.decode(path, (value) => {
    const template = path.reduce((parent, key) => objectField(parent, String(key)), value);
    // The pods of a workload are made in its namespace.
    return decodePod({ ...template, metadata: objectField(value, 'metadata') });
  });
  const [fault] = podDNSFaults(pod.dns);
  if (fault !== undefined) {
    const field = fault.field.split('.').map((part) => (/^\d+$/.test(part) ? Number(part) : part));
    throw object.error([...path, 'spec', ...field], `the API server refuses this pod: ${fault.message}`);
  }
  return pod;
}
