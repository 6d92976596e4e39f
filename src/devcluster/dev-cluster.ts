import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import type { Logger } from '../log/logger.ts';
import { AddressRange } from './address-range.ts';
import type { ApiContext } from './api-context.ts';
import { handleRequest } from './api.ts';
import { selfSigned } from './certificate.ts';
import type { Clock } from './clock.ts';
import { Controllers } from './controllers/controllers.ts';
import { decodeObject } from './decode-object.ts';
import { FaultState } from './fault-state.ts';
import { Faults } from './faults.ts';
import { kubeconfig } from './kubeconfig.ts';
import { Listener } from './listeners.ts';
import { loadEntries } from './loader.ts';
import { parseManifests, readManifests, type ManifestEntry } from './manifests.ts';
import { textOf, withMetadata, type JsonObject, type KubeObject } from './objects.ts';
import { AppliedConfigurations } from './patch/applied-configurations.ts';
import { Catalogue } from './resources/catalogue.ts';
import { resourceId, type ResourceType } from './resources/resource-type.ts';
import { ACCOUNTS } from './rights.ts';
import { ServiceAddresses } from './service-addresses.ts';
import { simulatedNodes } from './simulated-nodes.ts';
import { badRequest } from './status.ts';
import { Storage, type Snapshot } from './storage.ts';
import { namespaceObject, SYSTEM_NAMESPACES, systemObjects, type NodeSettings } from './system-objects.ts';
import { Writer } from './writer.ts';

export interface DevClusterOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** A loopback address; 127.0.0.1. */
  readonly host?: string;
  /** Of the plain http listener; 0, the default, takes a free one. */
  readonly port?: number;
  /** The same for https. */
  readonly httpsPort?: number;
  /**
   * True, the default: pods run, services get EndpointSlices, deployments and stateful sets get pods, and the system's
   * own objects are there. False: the cluster has what is loaded, and the namespaces kube-public and kube-node-lease.
   */
  readonly controllers?: boolean;
  /** Cluster addresses, one range of each family; `10.96.0.0/12,fd00:10:96::/108`. */
  readonly serviceCidr?: string;
  /** Pod addresses, a /24 (or /64) of them a node; `10.244.0.0/16,fd00:10:244::/56`. */
  readonly podCidr?: string;
  /** The text of the ConfigMap kube-system/coredns; none without it. Only with controllers. */
  readonly corefile?: string;
  /** A number from 0 to less than 1. */
  readonly random?: () => number;
}

/** A cluster at one moment, for `reset`. */
export interface ClusterState {
  readonly snapshot: Snapshot;
}

const DEFAULT_SERVICE_CIDR = '10.96.0.0/12,fd00:10:96::/108';
const DEFAULT_POD_CIDR = '10.244.0.0/16,fd00:10:244::/56';

// Longer than any controller's chain of reactions takes; what is still busy then is a fault.
const SETTLE_MILLISECONDS = 5000;

/** A small Kubernetes API server on loopback, with the controllers that DNS depends on. Nothing runs in it. */
export class DevCluster {
  /** What tests make go wrong. */
  readonly faults: Faults;
  readonly #context: ApiContext;
  readonly #addresses: ServiceAddresses;
  readonly #http: Listener;
  readonly #https: Listener;
  readonly #host: string;
  readonly #simulate: boolean;
  readonly #controllers: Controllers;
  readonly #nodes: readonly NodeSettings[];

  private constructor(options: DevClusterOptions) {
    const { clock, logger, random = Math.random, controllers = true } = options;
    this.#simulate = controllers;
    this.#host = options.host ?? '127.0.0.1';
    const storage = new Storage();
    const ranges = parseRanges(options.serviceCidr ?? DEFAULT_SERVICE_CIDR);
    this.#addresses = new ServiceAddresses(storage, ranges);
    const writer = new Writer({
      storage,
      addresses: this.#addresses,
      clock,
      random,
      newUid: () => randomUUID(),
      simulate: controllers,
    });
    const catalogue = new Catalogue(storage);
    const applied = new AppliedConfigurations(storage);
    this.#context = { storage, catalogue, writer, clock, random, logger, faults: new FaultState(), applied };
    this.#http = new Listener(this.#host, options.port ?? 0, (request, response) =>
      this.#answer(request, response, false),
    );
    const identity = selfSigned(clock.now());
    const secure = (request: IncomingMessage, response: ServerResponse): void => this.#answer(request, response, true);
    this.#https = new Listener(this.#host, options.httpsPort ?? 0, secure, identity);
    this.faults = new Faults(this.#context.faults, [this.#http, this.#https], storage);
    this.#nodes = simulatedNodes(parseRanges(options.podCidr ?? DEFAULT_POD_CIDR));
    this.#controllers = new Controllers(this.#context, { nodes: this.#nodes, simulate: controllers });
  }

  /** Listens on http and https. Rejects when a port is taken, and with RangeError for a bad range of addresses. */
  static async start(options: DevClusterOptions): Promise<DevCluster> {
    const cluster = new DevCluster(options);
    await cluster.#http.open();
    try {
      await cluster.#https.open();
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    cluster.#populate(options);
    await cluster.settled();
    return cluster;
  }

  /** `http://127.0.0.1:PORT`: no authentication, all rights. */
  get url(): string {
    return `http://${this.#host}:${this.#http.port}`;
  }

  /** `https://127.0.0.1:PORT`: needs a token, see `kubeconfigWithTokens`. */
  get httpsUrl(): string {
    return `https://${this.#host}:${this.#https.port}`;
  }

  /** The version of the last change. */
  get resourceVersion(): string {
    return String(this.#context.storage.version);
  }

  /** A kubeconfig file for people: plain http. */
  get kubeconfig(): string {
    return kubeconfig(this.url, [{ name: 'devcluster', token: undefined }]);
  }

  /** A kubeconfig file for https with a context for each account, and `stranger` whose token nobody knows. */
  get kubeconfigWithTokens(): string {
    const accounts = Object.entries(ACCOUNTS).map(([token, { name }]) => ({ name, token }));
    return kubeconfig(this.httpsUrl, [...accounts, { name: 'stranger', token: 'wrong-token' }]);
  }

  /**
   * Loads a manifest file or the files of a folder, in the order of their names, and waits for the controllers.
   * Rejects with ManifestError; what came before the mistake stays loaded.
   */
  async load(...paths: readonly string[]): Promise<void> {
    for (const path of paths) this.#loadEntries(readManifests(path));
    await this.settled();
  }

  /** The same for a YAML text; `file` is its name in errors. */
  async loadText(text: string, file = 'manifest'): Promise<void> {
    this.#loadEntries(parseManifests(text, file));
    await this.settled();
  }

  /**
   * Stores the object in place of what has its name, `status` and `deletionTimestamp` included. Throws ApiError when it
   * is not valid.
   */
  apply(object: JsonObject): KubeObject {
    const resource = this.#resourceOf(object);
    const { object: decoded } = decodeObject(resource, object, 'Strict');
    return this.#context.writer.put(resource, inNamespace(resource, decoded));
  }

  /** Removes the object that has this kind, namespace and name, finalizers or not; false when there is none. */
  delete(object: JsonObject): boolean {
    const resource = this.#resourceOf(object);
    const { metadata } = inNamespace(resource, decodeObject(resource, object, 'Ignore').object);
    return this.#context.writer.remove(resource, metadata.namespace, metadata.name) !== undefined;
  }

  /** Removes the objects of a YAML text. Throws ManifestError. */
  deleteText(text: string): void {
    for (const { value } of parseManifests(text, 'manifest')) this.delete(value);
  }

  /** The object; undefined when there is none. */
  get(apiVersion: string, kind: string, namespace: string, name: string): KubeObject | undefined {
    const resource = this.#resourceOf({ apiVersion, kind });
    return this.#context.storage.get(resourceId(resource), resource.namespaced ? `${namespace}/${name}` : name);
  }

  /** All objects of a kind, in the order of a list; of one namespace or of all. */
  list(apiVersion: string, kind: string, namespace = ''): readonly KubeObject[] {
    return this.#context.storage.list(resourceId(this.#resourceOf({ apiVersion, kind })), namespace);
  }

  /** What there is now, to come back to. */
  snapshot(): ClusterState {
    return { snapshot: this.#context.storage.snapshot() };
  }

  /** Back to a snapshot: every connection is dropped, older versions are forgotten, all faults are off. */
  async reset(state: ClusterState): Promise<void> {
    this.faults.cut();
    this.#context.storage.restore(state.snapshot);
    this.#controllers.clear();
    this.#addresses.rebuild();
    this.#context.applied.clear();
    await this.faults.clear();
  }

  /** Resolves when the controllers have nothing left to do. */
  async settled(): Promise<void> {
    const deadline = performance.now() + SETTLE_MILLISECONDS;
    while (this.#controllers.busy && performance.now() < deadline) await sleep(1);
  }

  /** Ends at once: open watches are dropped. */
  async stop(): Promise<void> {
    this.#controllers.stop();
    await Promise.all([this.#http.close(), this.#https.close()]);
  }

  #answer(request: IncomingMessage, response: ServerResponse, encrypted: boolean): void {
    const { faults } = this.#context;
    if (faults.mode === 'hanging') return;
    if (faults.delay === 0) void handleRequest(this.#context, request, response, encrypted);
    else setTimeout(() => void handleRequest(this.#context, request, response, encrypted), faults.delay);
  }

  #populate(options: DevClusterOptions): void {
    if (options.controllers === false) {
      for (const name of SYSTEM_NAMESPACES.slice(2)) this.apply(namespaceObject(name));
      return;
    }
    const [serviceRange] = parseRanges(options.serviceCidr ?? DEFAULT_SERVICE_CIDR);
    if (serviceRange === undefined) return;
    const objects = systemObjects({
      serviceRange,
      apiAddress: this.#host,
      apiPort: this.#https.port,
      corefile: options.corefile,
      nodes: this.#nodes,
    });
    for (const object of objects) this.apply(object);
  }

  #loadEntries(entries: readonly ManifestEntry[]): void {
    loadEntries(entries, {
      apply: (object) => this.apply(object),
      // With controllers a namespace has to be there, as in every real cluster.
      hasNamespace: (name) => !this.#simulate || this.get('v1', 'Namespace', '', name) !== undefined,
    });
  }

  #resourceOf(object: JsonObject): ResourceType {
    const { apiVersion, kind } = object;
    const resource = this.#context.catalogue.byKind(textOf(apiVersion), textOf(kind));
    if (resource !== undefined) return resource;
    throw badRequest(`no matches for kind "${textOf(kind)}" in version "${textOf(apiVersion)}"`);
  }
}

/** Throws RangeError. */
function parseRanges(text: string): readonly AddressRange[] {
  return text.split(',').map((range) => AddressRange.parse(range.trim()));
}

function inNamespace(resource: ResourceType, object: KubeObject): KubeObject {
  if (!resource.namespaced || object.metadata.namespace !== undefined) return object;
  return withMetadata(object, { namespace: 'default' });
}
