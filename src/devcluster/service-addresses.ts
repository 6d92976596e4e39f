import { familyOf, type AddressRange, type IpFamily } from './address-range.ts';
import { keyOf, recordOf, recordsOf, textOf, textsOf, type JsonObject, type KubeObject } from './objects.ts';
import { resourceId } from './resources/resource-type.ts';
import { service as serviceType } from './resources/service.ts';
import { invalid } from './status.ts';
import type { Storage } from './storage.ts';
import { Causes } from './validation/causes.ts';

// The node ports of Kubernetes, kube-apiserver's --service-node-port-range.
const FIRST_NODE_PORT = 30_000;
const NODE_PORTS = 2768;

/** Offsets below this one are for services that ask for a fixed address, as kube-dns does for the tenth. */
const FIRST_DYNAMIC_OFFSET = 256n;

/**
 * Gives services their addresses, families and node ports, and refuses those that are taken or out of range.
 * What is taken follows the storage.
 */
export class ServiceAddresses {
  readonly #ranges: readonly AddressRange[];
  /** Address → service that has it, as `namespace/name`. */
  readonly #addresses = new Map<string, string>();
  readonly #nodePorts = new Map<number, string>();
  readonly #next = new Map<IpFamily, bigint>();
  #nextNodePort = FIRST_NODE_PORT;
  readonly #storage: Storage;

  /** `ranges`: at most one of each family; the first is the cluster's main family. */
  constructor(storage: Storage, ranges: readonly AddressRange[]) {
    this.#storage = storage;
    this.#ranges = ranges;
    storage.subscribe(({ type, resource, object, previous }) => {
      if (resource !== resourceId(serviceType)) return;
      if (previous !== undefined) this.#forget(previous);
      if (type !== 'DELETED') this.#remember(object);
    });
  }

  /** Reads the storage again, after it went back to a snapshot. */
  rebuild(): void {
    this.#addresses.clear();
    this.#nodePorts.clear();
    for (const service of this.#storage.list(resourceId(serviceType))) this.#remember(service);
  }

  /**
   * The service with families, addresses and node ports. What `old`, the same service before, had is kept where the
   * new one says nothing. Throws Invalid.
   */
  assign(service: KubeObject, old: KubeObject | undefined): KubeObject {
    const causes = new Causes();
    const spec = withKept(recordOf(service.spec), recordOf(old?.spec));
    const assigned =
      spec.type === 'ExternalName' ? withoutAddresses(spec) : this.#assignTo(spec, keyOf(service), causes);
    if (causes.list.length > 0) throw invalid(serviceType, service.metadata.name, causes.list);
    return { ...service, spec: assigned };
  }

  #assignTo(spec: JsonObject, key: string, causes: Causes): JsonObject {
    const headless = spec.clusterIP === 'None' || textsOf(spec.clusterIPs)[0] === 'None';
    const given = (textsOf(spec.clusterIPs).length > 0 ? textsOf(spec.clusterIPs) : [textOf(spec.clusterIP)]).filter(
      (address) => address !== '' && address !== 'None',
    );
    const families = this.#families(spec, given, headless, causes);
    if (causes.list.length > 0) return spec;
    const policy = textOf(spec.ipFamilyPolicy) || (families.length > 1 ? 'RequireDualStack' : 'SingleStack');
    const clusterIPs = headless ? ['None'] : this.#clusterAddresses(families, given, key, causes);
    return {
      ...spec,
      ...this.#nodePortsFor(spec, key, causes),
      clusterIP: clusterIPs[0] ?? '',
      clusterIPs,
      ipFamilies: families,
      ipFamilyPolicy: policy,
    };
  }

  #families(spec: JsonObject, given: readonly string[], headless: boolean, causes: Causes): readonly IpFamily[] {
    const policy = textOf(spec.ipFamilyPolicy);
    const asked = textsOf(spec.ipFamilies).filter((family) => family === 'IPv4' || family === 'IPv6');
    const fromAddresses = given.flatMap((address) => familyOf(address) ?? []);
    const families: IpFamily[] = asked.length > 0 ? [...asked] : [...fromAddresses];
    const available = this.#ranges.map((range) => range.family);
    // Without a selector nobody says which families the endpoints of a headless service have.
    const open = headless && spec.selector === undefined && asked.length === 0;
    if (families.length === 0) families.push(...(open && policy === '' ? available : available.slice(0, 1)));
    if (policy === 'PreferDualStack' || policy === 'RequireDualStack' || given.length > 1) {
      for (const family of available) if (!families.includes(family)) families.push(family);
    }
    for (const [i, family] of families.entries()) {
      if (available.includes(family) || headless) continue;
      causes.invalid(`spec.ipFamilies[${i}]`, family, 'not configured on this cluster');
    }
    if (policy === 'RequireDualStack' && families.length < 2) {
      causes.invalid('spec.ipFamilyPolicy', policy, 'this cluster is not configured for dual-stack services');
    }
    return policy === 'SingleStack' ? families.slice(0, 1) : families;
  }

  #clusterAddresses(families: readonly IpFamily[], given: readonly string[], key: string, causes: Causes): string[] {
    return families.map((family, i) => {
      const wanted = given.find((address) => familyOf(address) === family);
      return wanted === undefined ? this.#free(family, i, causes) : this.#claim(wanted, key, causes);
    });
  }

  #claim(address: string, key: string, causes: Causes): string {
    const field = 'spec.clusterIPs';
    const range = this.#ranges.find((candidate) => candidate.family === familyOf(address));
    const owner = this.#addresses.get(address);
    if (range?.contains(address) !== true) {
      const why = `failed to allocate IP ${address}: the provided network does not match the current range`;
      causes.invalid(field, [address], why);
    } else if (owner !== undefined && owner !== key) {
      causes.invalid(field, [address], `failed to allocate IP ${address}: provided IP is already allocated`);
    }
    return address;
  }

  #free(family: IpFamily, i: number, causes: Causes): string {
    const range = this.#ranges.find((candidate) => candidate.family === family);
    if (range !== undefined) {
      const first = range.size > 2n * FIRST_DYNAMIC_OFFSET ? FIRST_DYNAMIC_OFFSET : 1n;
      const usable = range.size - first - 1n;
      let offset = this.#next.get(family) ?? 0n;
      for (let tried = 0n; tried < usable; tried++) {
        const address = range.at(first + (offset % usable));
        offset++;
        if (this.#addresses.has(address)) continue;
        this.#next.set(family, offset);
        return address;
      }
    }
    causes.invalid(`spec.clusterIPs[${i}]`, '', 'failed to allocate a serviceIP: range is full');
    return '';
  }

  #nodePortsFor(spec: JsonObject, key: string, causes: Causes): JsonObject {
    const wanted =
      spec.type === 'NodePort' || (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false);
    const ports = recordsOf(spec.ports).map((port, i) => {
      const asked = typeof port.nodePort === 'number' ? port.nodePort : 0;
      if (asked !== 0) {
        const owner = this.#nodePorts.get(asked);
        if (asked < FIRST_NODE_PORT || asked >= FIRST_NODE_PORT + NODE_PORTS) {
          const last = FIRST_NODE_PORT + NODE_PORTS - 1;
          const why = `provided port is not in the valid range. The range of valid ports is ${FIRST_NODE_PORT}-${last}`;
          causes.invalid(`spec.ports[${i}].nodePort`, asked, why);
        } else if (owner !== undefined && owner !== key) {
          causes.invalid(`spec.ports[${i}].nodePort`, asked, 'provided port is already allocated');
        }
        return port;
      }
      return wanted ? { ...port, nodePort: this.#freeNodePort() } : port;
    });
    return ports.length === 0 ? {} : { ports };
  }

  #freeNodePort(): number {
    for (let tried = 0; tried < NODE_PORTS; tried++) {
      const port = this.#nextNodePort++;
      if (this.#nextNodePort === FIRST_NODE_PORT + NODE_PORTS) this.#nextNodePort = FIRST_NODE_PORT;
      if (!this.#nodePorts.has(port)) return port;
    }
    return 0;
  }

  #remember(service: KubeObject): void {
    const spec = recordOf(service.spec);
    for (const address of textsOf(spec.clusterIPs)) {
      if (address !== 'None') this.#addresses.set(address, keyOf(service));
    }
    for (const { nodePort } of recordsOf(spec.ports)) {
      if (typeof nodePort === 'number' && nodePort > 0) this.#nodePorts.set(nodePort, keyOf(service));
    }
  }

  #forget(service: KubeObject): void {
    const spec = recordOf(service.spec);
    for (const address of textsOf(spec.clusterIPs)) this.#addresses.delete(address);
    for (const { nodePort } of recordsOf(spec.ports))
      if (typeof nodePort === 'number') this.#nodePorts.delete(nodePort);
  }
}

function withoutAddresses(spec: JsonObject): JsonObject {
  const {
    clusterIP: _,
    clusterIPs: __,
    ipFamilies: ___,
    ipFamilyPolicy: ____,
    internalTrafficPolicy: _____,
    ...rest
  } = spec;
  return rest;
}

/** Addresses and node ports that the new spec leaves out stay, unless the type changes from or to ExternalName. */
function withKept(spec: JsonObject, old: JsonObject): JsonObject {
  if (old.type === undefined || old.type === 'ExternalName' || spec.type === 'ExternalName') return spec;
  const kept: Record<string, JsonObject[string]> = {};
  const unsaid = textOf(spec.clusterIP) === '' && textsOf(spec.clusterIPs).length === 0;
  if (unsaid) {
    for (const field of ['clusterIP', 'clusterIPs']) if (old[field] !== undefined) kept[field] = old[field];
  } else if (textsOf(spec.clusterIPs).length === 0 && spec.clusterIP === old.clusterIP) {
    kept.clusterIPs = old.clusterIPs;
  }
  for (const field of ['ipFamilies', 'ipFamilyPolicy']) {
    if (spec[field] === undefined && old[field] !== undefined) kept[field] = old[field];
  }
  const external = spec.type === 'NodePort' || spec.type === 'LoadBalancer';
  const before = recordsOf(old.ports);
  if (external && before.length > 0) {
    kept.ports = recordsOf(spec.ports).map((port) => {
      const same = before.find((candidate) => candidate.port === port.port && candidate.protocol === port.protocol);
      return port.nodePort === undefined && same?.nodePort !== undefined ? { ...port, nodePort: same.nodePort } : port;
    });
  }
  return { ...spec, ...kept };
}
