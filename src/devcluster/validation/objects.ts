import { parseAddress } from '../../kube/address.ts';
import {
  labelsOf,
  recordOf,
  recordsOf,
  sameJson,
  textOf,
  textsOf,
  without,
  type JsonObject,
  type KubeObject,
} from '../objects.ts';
import type { Cause } from '../status.ts';
import { Causes } from './causes.ts';
import { labelProblem, validateLabels } from './names.ts';
import { validateAddress, validatePortNumber } from './service.ts';
import { matchesLabelSelector } from '../selectors.ts';

const ADDRESS_TYPES: readonly string[] = ['FQDN', 'IPv4', 'IPv6'];
// Limits of discovery.k8s.io/v1.
const ENDPOINTS_LIMIT = 1000;
const ADDRESSES_LIMIT = 100;

export function validateEndpointSlice(slice: KubeObject): readonly Cause[] {
  const causes = new Causes();
  const type = textOf(slice.addressType);
  if (type === '') causes.required('addressType');
  else if (!ADDRESS_TYPES.includes(type)) causes.unsupported('addressType', type, ADDRESS_TYPES);
  const endpoints = recordsOf(slice.endpoints);
  if (endpoints.length > ENDPOINTS_LIMIT) causes.tooMany('endpoints', endpoints.length, ENDPOINTS_LIMIT);
  for (const [i, endpoint] of endpoints.entries()) {
    const addresses = textsOf(endpoint.addresses);
    if (addresses.length === 0) {
      causes.required(`endpoints[${i}].addresses`, 'must contain at least 1 address');
    }
    if (addresses.length > ADDRESSES_LIMIT) {
      causes.tooMany(`endpoints[${i}].addresses`, addresses.length, ADDRESSES_LIMIT);
    }
    for (const [j, address] of addresses.entries()) {
      validateSliceAddress(causes, `endpoints[${i}].addresses`, j, address, type);
    }
    const hostname = textOf(endpoint.hostname);
    const problem = hostname === '' ? undefined : labelProblem(hostname);
    if (problem !== undefined) causes.invalid(`endpoints[${i}].hostname`, hostname, problem);
  }
  const names = new Set<string>();
  for (const [i, port] of recordsOf(slice.ports).entries()) {
    const name = textOf(port.name);
    if (names.has(name)) causes.duplicate(`ports[${i}].name`, name);
    names.add(name);
    if (port.port !== undefined) validatePortNumber(causes, `ports[${i}].port`, port.port);
  }
  return causes.list;
}

function validateSliceAddress(causes: Causes, field: string, i: number, address: string, type: string): void {
  if (type !== 'IPv4' && type !== 'IPv6') return;
  const octets = parseAddress(address);
  const dotted = !address.includes(':');
  if (octets === undefined) validateAddress(causes, `${field}[${i}]`, address);
  else if (dotted !== (type === 'IPv4')) {
    causes.invalid(field, address, `must be an ${type} address`);
  }
}

export function validateEndpointSliceUpdate(slice: KubeObject, old: KubeObject): readonly Cause[] {
  const causes = new Causes();
  if (slice.addressType !== old.addressType) causes.invalid('addressType', slice.addressType, 'field is immutable');
  return causes.list;
}

export function validatePod(pod: KubeObject): readonly Cause[] {
  const causes = new Causes();
  validatePodSpec(causes, 'spec', recordOf(pod.spec));
  for (const [i, address] of recordsOf(recordOf(pod.status).podIPs).entries()) {
    validateAddress(causes, `status.podIPs[${i}].ip`, textOf(address.ip));
  }
  return causes.list;
}

function validatePodSpec(causes: Causes, field: string, spec: JsonObject): void {
  const containers = recordsOf(spec.containers);
  if (containers.length === 0) causes.required(`${field}.containers`);
  const names = new Set<string>();
  for (const [i, container] of containers.entries()) {
    const at = `${field}.containers[${i}]`;
    const name = textOf(container.name);
    const problem = name === '' ? undefined : labelProblem(name);
    if (name === '') causes.required(`${at}.name`);
    else if (problem !== undefined) causes.invalid(`${at}.name`, name, problem);
    else if (names.has(name)) causes.duplicate(`${at}.name`, name);
    names.add(name);
    if (textOf(container.image) === '') causes.required(`${at}.image`);
    for (const [j, port] of recordsOf(container.ports).entries()) {
      validatePortNumber(causes, `${at}.ports[${j}].containerPort`, port.containerPort);
    }
  }
  for (const name of ['hostname', 'subdomain']) {
    const value = textOf(spec[name]);
    const problem = value === '' ? undefined : labelProblem(value);
    if (problem !== undefined) causes.invalid(`${field}.${name}`, value, problem);
  }
}

/** Images and tolerations may change; what else may is too rare to tell apart here. */
function stableSpec(pod: KubeObject): JsonObject {
  const spec = without(recordOf(pod.spec), 'activeDeadlineSeconds', 'tolerations', 'terminationGracePeriodSeconds');
  return { ...spec, containers: recordsOf(spec.containers).map((container) => without(container, 'image')) };
}

export function validatePodUpdate(pod: KubeObject, old: KubeObject): readonly Cause[] {
  const causes = new Causes();
  if (!sameJson(stableSpec(pod), stableSpec(old))) {
    causes.forbidden(
      'spec',
      'pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,' +
        '`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),' +
        '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
    );
  }
  return causes.list;
}

/** What deployments, replica sets and stateful sets have in common. */
export function validateWorkload(workload: KubeObject): readonly Cause[] {
  const causes = new Causes();
  const spec = recordOf(workload.spec);
  const selector = recordOf(spec.selector);
  const template = recordOf(spec.template);
  const labels = labelsOf(recordOf(template.metadata).labels);
  if (Object.keys(selector).length === 0) causes.required('spec.selector');
  else {
    validateLabels(causes, 'spec.selector.matchLabels', recordOf(selector.matchLabels));
    if (!matchesLabelSelector(selector, labels)) {
      causes.invalid('spec.template.metadata.labels', labels, '`selector` does not match template `labels`');
    }
  }
  if (typeof spec.replicas === 'number' && spec.replicas < 0) {
    causes.invalid('spec.replicas', spec.replicas, 'must be greater than or equal to 0');
  }
  validatePodSpec(causes, 'spec.template.spec', recordOf(template.spec));
  return causes.list;
}

export function validateWorkloadUpdate(workload: KubeObject, old: KubeObject): readonly Cause[] {
  const causes = new Causes();
  const [selector, before] = [recordOf(workload.spec).selector, recordOf(old.spec).selector];
  if (!sameJson(selector, before)) causes.invalid('spec.selector', selector, 'field is immutable');
  return causes.list;
}

const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/;
// The API's limit for the data of a ConfigMap or Secret.
const DATA_LIMIT = 1024 * 1024;

export function validateConfigData(object: KubeObject): readonly Cause[] {
  const causes = new Causes();
  let size = 0;
  for (const field of ['data', 'binaryData', 'stringData']) {
    for (const [key, value] of Object.entries(recordOf(object[field]))) {
      size += textOf(value).length;
      if (!CONFIG_KEY.test(key)) {
        causes.invalid(
          `${field}[${key}]`,
          key,
          "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or " +
            "'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')",
        );
      }
    }
  }
  if (size > DATA_LIMIT) causes.invalid('data', '', `Too long: may not be more than ${DATA_LIMIT} bytes`);
  return causes.list;
}

export function validateConfigDataUpdate(object: KubeObject, old: KubeObject): readonly Cause[] {
  const causes = new Causes();
  if (old.immutable === true && !sameJson(object.data, old.data)) {
    causes.forbidden('data', 'field is immutable when `immutable` is set');
  }
  return causes.list;
}

export function validateCustomResourceDefinition(crd: KubeObject): readonly Cause[] {
  const causes = new Causes();
  const spec = recordOf(crd.spec);
  const names = recordOf(spec.names);
  for (const field of ['group', 'scope']) if (textOf(spec[field]) === '') causes.required(`spec.${field}`);
  for (const field of ['plural', 'kind']) if (textOf(names[field]) === '') causes.required(`spec.names.${field}`);
  const expected = `${textOf(names.plural)}.${textOf(spec.group)}`;
  if (crd.metadata.name !== expected) {
    causes.invalid('metadata.name', crd.metadata.name, 'must be spec.names.plural+"."+spec.group');
  }
  const versions = recordsOf(spec.versions);
  if (versions.filter((version) => version.storage === true).length !== 1) {
    causes.invalid('spec.versions', versions, 'must have exactly one version marked as storage version');
  }
  return causes.list;
}
