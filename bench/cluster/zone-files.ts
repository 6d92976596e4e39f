import { FILE_ZONE, hostAddress, hostLabel, OUTSIDE_ZONE, reverseText, serviceName } from './names.ts';
import { CLUSTER_DOMAIN, type ClusterShape, PORTS } from './shape.ts';

/** A zone in master file form (RFC 1035 §5). */
export interface ZoneText {
  readonly origin: string;
  readonly text: string;
}

/** Longer than any measurement, so that a cache keeps what it has. */
const TTL = 3600;

/** The cluster's names as zones, for servers that know nothing of Kubernetes. */
export function clusterZones({ services, headless }: ClusterShape): ZoneText[] {
  const forward: string[] = [];
  const reverse4: string[] = [];
  const reverse6: string[] = [];
  for (const service of services) {
    const name = `${serviceName(service)}.`;
    const [ipv4 = '', ipv6 = ''] = service.addresses;
    forward.push(`${name} A ${ipv4}`, `${name} AAAA ${ipv6}`);
    for (const { name: portName, port } of PORTS) forward.push(`_${portName}._tcp.${name} SRV 0 100 ${port} ${name}`);
    reverse4.push(`${reverseText(ipv4)} PTR ${name}`);
    reverse6.push(`${reverseText(ipv6)} PTR ${name}`);
  }
  for (const service of headless) {
    for (const address of service.endpoints) forward.push(`${serviceName(service)}. A ${address}`);
  }
  return [zone(`${CLUSTER_DOMAIN}.`, forward), zone('10.in-addr.arpa.', reverse4), zone('d.f.ip6.arpa.', reverse6)];
}

/** A zone in which every name has an address. */
export function outsideZone(): ZoneText {
  return zone(`${OUTSIDE_ZONE}.`, ['* A 192.0.2.1']);
}

/** The names of the hosts file as a zone. */
export function hostsZone(count: number): ZoneText {
  const records = Array.from({ length: count }, (_, i) => `${hostLabel(i)} A ${hostAddress(i)}`);
  return zone(`${FILE_ZONE}.`, records);
}

/** The same names as a hosts file. */
export function hostsFile(count: number): string {
  return Array.from({ length: count }, (_, i) => `${hostAddress(i)} ${hostLabel(i)}.${FILE_ZONE}\n`).join('');
}

function zone(origin: string, records: readonly string[]): ZoneText {
  const head = [
    `$ORIGIN ${origin}`,
    `$TTL ${TTL}`,
    '@ SOA ns hostmaster 1 3600 600 86400 30',
    '@ NS ns',
    'ns A 127.0.0.1',
  ];
  return { origin, text: `${[...head, ...records].join('\n')}\n` };
}
