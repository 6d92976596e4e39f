import { parseAddress } from '../../kube/address.ts';
import {
  listOf,
  printed,
  recordOf,
  recordsOf,
  sameJson,
  textOf,
  textsOf,
  type JsonObject,
  type KubeObject,
} from '../objects.ts';
import type { Cause } from '../status.ts';
import { Causes } from './causes.ts';
import { labelProblem, subdomainProblem, validateLabels } from './names.ts';

export const SERVICE_TYPES: readonly string[] = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const PROTOCOLS: readonly string[] = ['SCTP', 'TCP', 'UDP'];
const PORT_NAME = /^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*$/;

/** A service after defaulting, before or after it got its addresses. */
export function validateService(service: KubeObject): readonly Cause[] {
  const causes = new Causes();
  const spec = recordOf(service.spec);
  const type = textOf(spec.type);
  if (!SERVICE_TYPES.includes(type)) causes.unsupported('spec.type', type, SERVICE_TYPES);
  const ports = recordsOf(spec.ports);
  const headless = spec.clusterIP === 'None';
  if (ports.length === 0 && !headless && type !== 'ExternalName') causes.required('spec.ports');
  if (headless && (type === 'NodePort' || type === 'LoadBalancer')) {
    causes.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${type} services`);
  }
  if (type === 'ExternalName') validateExternalName(causes, spec);
  validatePorts(causes, ports, type);
  validateLabels(causes, 'spec.selector', recordOf(spec.selector));
  oneOf(causes, 'spec.sessionAffinity', spec, ['ClientIP', 'None']);
  oneOf(causes, 'spec.ipFamilyPolicy', spec, ['PreferDualStack', 'RequireDualStack', 'SingleStack']);
  oneOf(causes, 'spec.internalTrafficPolicy', spec, ['Cluster', 'Local']);
  oneOf(causes, 'spec.externalTrafficPolicy', spec, ['Cluster', 'Local']);
  if (spec.externalTrafficPolicy !== undefined && type !== 'NodePort' && type !== 'LoadBalancer') {
    const why = 'may only be set for externally-accessible services';
    if (textsOf(spec.externalIPs).length === 0) {
      causes.invalid('spec.externalTrafficPolicy', spec.externalTrafficPolicy, why);
    }
  }
  validateAddresses(causes, spec);
  return causes.list;
}

function validateExternalName(causes: Causes, spec: JsonObject): void {
  const name = textOf(spec.externalName).replace(/\.$/, '');
  if (name === '') causes.required('spec.externalName');
  else {
    const problem = subdomainProblem(name);
    if (problem !== undefined) causes.invalid('spec.externalName', textOf(spec.externalName), problem);
  }
  if (textsOf(spec.clusterIPs).length > 0 || textOf(spec.clusterIP) !== '') {
    causes.forbidden('spec.clusterIPs[0]', 'may not be set when `type` is set to "ExternalName"');
  }
}

function validatePorts(causes: Causes, ports: readonly JsonObject[], type: string): void {
  const names = new Set<string>();
  const numbers = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const at = `spec.ports[${i}]`;
    const name = textOf(port.name);
    if (name === '' && ports.length > 1) causes.required(`${at}.name`);
    if (name !== '') {
      const problem = labelProblem(name);
      if (problem !== undefined) causes.invalid(`${at}.name`, name, problem);
      else if (names.has(name)) causes.duplicate(`${at}.name`, name);
      names.add(name);
    }
    validatePortNumber(causes, `${at}.port`, port.port);
    const protocol = textOf(port.protocol);
    if (!PROTOCOLS.includes(protocol)) causes.unsupported(`${at}.protocol`, protocol, PROTOCOLS);
    validateTargetPort(causes, `${at}.targetPort`, port.targetPort);
    const key = `${protocol}/${printed(port.port)}`;
    if (numbers.has(key)) causes.duplicate(at, { port: port.port, protocol });
    numbers.add(key);
    if (port.nodePort !== undefined && port.nodePort !== 0 && type !== 'NodePort' && type !== 'LoadBalancer') {
      causes.forbidden(`${at}.nodePort`, `may not be used when \`type\` is '${type}'`);
    }
  }
}

/** A port number, of services and of everything else that has one. */
export function validatePortNumber(causes: Causes, field: string, port: JsonObject[string]): void {
  if (typeof port === 'number' && port >= 1 && port <= 65_535) return;
  causes.invalid(field, port ?? 0, 'must be between 1 and 65535, inclusive');
}

function validateTargetPort(causes: Causes, field: string, port: JsonObject[string]): void {
  if (typeof port === 'string') {
    // RFC 6335 §5.1: the name of a service has at most 15 characters.
    if (port.length > 15) causes.invalid(field, port, 'must be no more than 15 characters');
    else if (!PORT_NAME.test(port)) {
      causes.invalid(field, port, 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)');
    }
  } else if (port !== undefined) validatePortNumber(causes, field, port);
}

function oneOf(causes: Causes, field: string, spec: JsonObject, words: readonly string[]): void {
  const value = spec[field.slice('spec.'.length)];
  if (value !== undefined && !words.includes(textOf(value))) causes.unsupported(field, value, words);
}

function validateAddresses(causes: Causes, spec: JsonObject): void {
  const single = textOf(spec.clusterIP);
  const given = textsOf(spec.clusterIPs);
  const addresses = given.length > 0 || single === '' ? given : [single];
  if (addresses.length > 2) causes.tooMany('spec.clusterIPs', addresses.length, 2);
  for (const [i, address] of addresses.entries()) {
    const field = `spec.clusterIPs[${i}]`;
    if (address === 'None' || address === '') {
      if (addresses.length > 1 && i > 0)
        causes.invalid(field, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
    } else validateAddress(causes, field, address);
  }
  if (addresses.length > 0 && single !== '' && addresses[0] !== single) {
    causes.invalid('spec.clusterIPs', [...addresses], 'first value must match `clusterIP`');
  }
  for (const [i, address] of textsOf(spec.externalIPs).entries()) {
    validateAddress(causes, `spec.externalIPs[${i}]`, address);
  }
  const families = textsOf(spec.ipFamilies);
  if (families.length > 2) causes.tooMany('spec.ipFamilies', families.length, 2);
  for (const [i, family] of families.entries()) {
    if (family !== 'IPv4' && family !== 'IPv6') causes.unsupported(`spec.ipFamilies[${i}]`, family, ['IPv4', 'IPv6']);
    if (families.indexOf(family) !== i) causes.duplicate(`spec.ipFamilies[${i}]`, family);
  }
}

/** An IPv4 or IPv6 address. */
export function validateAddress(causes: Causes, field: string, address: string): void {
  if (parseAddress(address) !== undefined) return;
  causes.invalid(field, address, 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)');
}

/** The addresses of a service stay, unless it becomes an ExternalName or stops being one. */
export function validateServiceUpdate(service: KubeObject, old: KubeObject): readonly Cause[] {
  const causes = new Causes();
  const [spec, before] = [recordOf(service.spec), recordOf(old.spec)];
  if (spec.type === 'ExternalName' || before.type === 'ExternalName') return causes.list;
  const [now, then] = [textsOf(spec.clusterIPs), textsOf(before.clusterIPs)];
  if (then.length > 0 && now[0] !== then[0]) {
    causes.invalid('spec.clusterIPs[0]', [...listOf(spec.clusterIPs)], 'may not change once set');
  }
  if (then.length > 1 && now.length > 1 && now[1] !== then[1]) {
    causes.invalid('spec.clusterIPs[1]', [...listOf(spec.clusterIPs)], 'may not change once set');
  }
  const [first, firstBefore] = [textsOf(spec.ipFamilies)[0], textsOf(before.ipFamilies)[0]];
  if (firstBefore !== undefined && !sameJson(first, firstBefore)) {
    causes.invalid('spec.ipFamilies[0]', first, 'may not change once set');
  }
  return causes.list;
}
