import type { Address } from './address.ts';
import type { SliceEndpoint } from './slice-endpoint.ts';

/*
 * The objects that DNS is made from, with only the fields that answers use. They are immutable, but for the version
 * that the store moves on; repeated strings, port lists and label sets are shared between objects.
 */

/** The kinds that are watched. `ImportedSlice`: EndpointSlices that carry a multi-cluster service name. */
export type ResourceKind = 'Service' | 'EndpointSlice' | 'Pod' | 'Namespace' | 'ServiceImport' | 'ImportedSlice';

export interface Port {
  /** In lower case; empty when the port has no name. */
  readonly name: string;
  /** In lower case, `tcp`; empty when the object says none. */
  readonly protocol: string;
  /** −1: the object has no ports, or this one has no number. Such a port gives addresses but no SRV record. */
  readonly port: number;
}

interface ObjectMeta {
  /** Empty for a Namespace. */
  readonly namespace: string;
  readonly name: string;
  /** Of the last version that said what this one says. Only the store changes it. */
  resourceVersion: string;
}

export interface Service extends ObjectMeta {
  readonly kind: 'Service';
  /** `ClusterIP`, `NodePort`, `LoadBalancer` or `ExternalName`; only the last is special. */
  readonly type: string;
  /** True when the first cluster address is `None`. */
  readonly headless: boolean;
  /** Empty for headless and ExternalName services. */
  readonly clusterIPs: readonly Address[];
  /** As written, without a final dot; empty when there is none. */
  readonly externalName: string;
  /** Never empty: a service without ports has one with the number −1. */
  readonly ports: readonly Port[];
  /** `spec.externalIPs`, then for each ingress of `status.loadBalancer` its ip, or else its host name. */
  readonly externalAddresses: readonly Address[];
}

/** One address of a ready endpoint: an endpoint with two addresses is two of these. */
export interface Endpoint {
  readonly address: Address;
  /** Empty when there is none. */
  readonly hostname: string;
  /** `targetRef.name`; empty when there is none or when it has 64 or more characters. */
  readonly podName: string;
  /** In lower case; empty when there is none. */
  readonly zone: string;
}

export interface EndpointSlice extends ObjectMeta {
  readonly kind: 'EndpointSlice' | 'ImportedSlice';
  /**
   * The service that it belongs to, from `kubernetes.io/service-name`, for an ImportedSlice from
   * `multicluster.kubernetes.io/service-name`. Empty when the label is missing: no look-up finds such a slice.
   */
  readonly service: string;
  /** `multicluster.kubernetes.io/source-cluster`; empty when there is none. */
  readonly cluster: string;
  /** Ready addresses in the slice's order. */
  readonly endpoints: readonly SliceEndpoint[];
  /** Never empty, see Service. */
  readonly ports: readonly Port[];
  /** Annotation `endpoints.kubernetes.io/last-change-trigger-time`, RFC 3339; empty when there is none. */
  readonly lastChangeTriggerTime: string;
}

export interface Pod extends ObjectMeta {
  readonly kind: 'Pod';
  /** Of `metadata.uid` the first 32 bits, which tell pods of one name apart; 0 when there is none. */
  readonly uid: number;
  /** `status.podIPs`, or `status.podIP` where only that is there; none before the pod has one. */
  readonly podIPs: readonly Address[];
  /** NO_LABELS where nobody asks for them. */
  readonly labels: Readonly<Record<string, string>>;
  /** Has a `deletionTimestamp`. The store does not take such a pod, see ClusterStore.upsert. */
  readonly terminating: boolean;
}

export const NO_LABELS: Pod['labels'] = Object.freeze({});

export interface Namespace extends ObjectMeta {
  readonly kind: 'Namespace';
}

export interface ServiceImport extends ObjectMeta {
  readonly kind: 'ServiceImport';
  readonly headless: boolean;
  readonly ips: readonly Address[];
  /** Never empty, see Service. */
  readonly ports: readonly Port[];
}

export type Resource = Service | EndpointSlice | Pod | Namespace | ServiceImport;

/** The shape that belongs to a kind. */
export interface ResourceOfKind {
  readonly Service: Service;
  readonly EndpointSlice: EndpointSlice;
  readonly ImportedSlice: EndpointSlice;
  readonly Pod: Pod;
  readonly Namespace: Namespace;
  readonly ServiceImport: ServiceImport;
}
