import { parseAddress, reverseName } from '../../src/dns/addresses.ts';
import { CLUSTER_DOMAIN, type ClusterShape, type ServiceShape } from './shape.ts';

/** Lines for dnsperf, `NAME TYPE`. */
export type Questions = readonly string[];

/** The zone that the outside world of the measurements is. */
export const OUTSIDE_ZONE = 'outside.example';
/** The zone of plugins `file` and `hosts`. */
export const FILE_ZONE = 'hosts.example';

export function serviceName({ name, namespace }: ServiceShape): string {
  return `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`;
}

/** `1.0.96.10.in-addr.arpa.` */
export function reverseText(address: string): string {
  return reverseName(parseAddress(address) ?? new Uint8Array(4)).text;
}

export function addressQuestions(services: readonly ServiceShape[], type: 'A' | 'AAAA'): Questions {
  return services.map((service) => `${serviceName(service)} ${type}`);
}

export function srvQuestions(services: readonly ServiceShape[]): Questions {
  return services.map((service) => `_http._tcp.${serviceName(service)} SRV`);
}

export function ptrQuestions(services: readonly ServiceShape[]): Questions {
  return services.map(({ addresses: [address = ''] }) => `${reverseText(address)} PTR`);
}

/** What a pod's resolver asks, with the search list of namespace `default`, for `NAME.NAMESPACE.svc`: two names of three do not exist. */
export function ndotsQuestions({ services }: ClusterShape): Questions {
  const search = [`default.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN];
  return services.flatMap(({ name, namespace }) =>
    search.flatMap((domain) => ['A', 'AAAA'].map((type) => `${name}.${namespace}.svc.${domain} ${type}`)),
  );
}

/** Names of Services that do not exist. `label` keeps those of one run apart from another's. */
export function missingQuestions(count: number, label: string): Questions {
  return Array.from({ length: count }, (_, i) => `missing-${label}-${i}.default.svc.${CLUSTER_DOMAIN} A`);
}

/** Names of pods by address, each of which exists where pods are insecure: as many as wanted. */
export function podQuestions(count: number): Questions {
  return Array.from(
    { length: count },
    (_, i) => `10-${(i >> 16) & 255}-${(i >> 8) & 255}-${i & 255}.team-0.pod.${CLUSTER_DOMAIN} A`,
  );
}

export function outsideQuestions(count: number, label: string): Questions {
  return Array.from({ length: count }, (_, i) => `${label}-${i}.${OUTSIDE_ZONE} A`);
}

export function hostQuestions(count: number): Questions {
  return Array.from({ length: count }, (_, i) => `${hostLabel(i)}.${FILE_ZONE} A`);
}

export function hostLabel(i: number): string {
  return `host-${i}`;
}

export function hostAddress(i: number): string {
  return `192.0.2.${(i % 254) + 1}`;
}
