import type { Address } from '../kube/address.ts';
import type { Port } from '../kube/resources.ts';

/** One address and one port by which the world outside reaches a service of the cluster. */
export interface ExternalBackend {
  /** Of family 0 for the host name of a load balancer. */
  readonly address: Address;
  /** Its number is −1 for a service without ports: an address, but no SRV record. */
  readonly port: Port;
  /** Labels of the name that it has below a zone: service and namespace, for one endpoint its label before them. */
  readonly labels: readonly string[];
}

/** What the outside may know of a cluster's services: offered by `kubernetes`, published by `k8s_external`. Names are in lower case. */
export interface ExternalServices {
  /** The TTL of the cluster's own zone, in seconds. */
  readonly ttl: number;
  /** Unix seconds of the last change of an external address; 0 before the first. */
  readonly serial: number;
  /** Has all been listed once? Until then, what is not known may exist all the same. */
  readonly hasSynced: boolean;
  /** Does the namespace exist, and is it one that is served? */
  isExposed(namespace: string): boolean;
  /**
   * The external addresses of a service, each with each port. With `headless`, a headless service that has none gives its endpoints, and an
   * `endpoint` (empty: any) that one of the service. Empty when there is no such service.
   */
  backends(namespace: string, service: string, endpoint: string, headless: boolean): readonly ExternalBackend[];
  /** Labels of the names of services with this external address, in the spelling of `Address.key`. */
  servicesAt(address: string): readonly (readonly string[])[];
  /** Namespace and name of each service that `backends` may have something for. */
  services(headless: boolean): Iterable<{ readonly namespace: string; readonly name: string }>;
  /** Where this DNS server is reached from outside: by the services that it is an endpoint of, else by its own addresses. */
  nameServers(headless: boolean): readonly Address[];
}
