import { smallLetter } from '../../dns/letter-case.ts';
import { DomainName, lowerCase } from '../../dns/name.ts';

/** What a name in a cluster zone asks for, in lower case. Parts that the name does not have are empty. */
export interface ParsedName {
  /** Below which of the two subdomains; empty for the zone itself. */
  readonly kind: '' | 'svc' | 'pod';
  readonly namespace: string;
  /** A service, or the dashed address of a pod. */
  readonly service: string;
  readonly endpoint: string;
  /** Multi-cluster zones only. */
  readonly cluster: string;
  readonly port: string;
  readonly protocol: string;
  readonly topology: Topology | undefined;
}

/** The endpoints of one topology zone: only those, or all if it has none. */
export interface Topology {
  readonly zone: string;
  readonly mode: 'pin' | 'prefer';
}

export interface NameRules {
  readonly multicluster: boolean;
  readonly zonal: boolean;
}

// `port.protocol.service.namespace.svc`
const MOST_LABELS = 5;

/** Reads the labels of `name` to the left of `zone`, in which it is, from right to left. Undefined for a name that cannot exist. */
export function parseName(name: DomainName, zone: DomainName, rules: NameRules): ParsedName | undefined {
  const { wire } = name;
  const end = wire.length - zone.wire.length;
  if (end === 0) return THE_ZONE;
  let count = 0;
  let last = 0;
  for (let at = 0; at < end; at += (wire[at] ?? 0) + 1) {
    count++;
    last = at;
  }
  const kind = kindAt(wire, last);
  if (kind === undefined || (count > MOST_LABELS && !rules.zonal)) return undefined;
  const labels: string[] = [];
  for (let at = 0; at < last; at += (wire[at] ?? 0) + 1) labels.push(labelAt(wire, at));
  const namespace = labels.pop() ?? '';
  const service = labels.pop() ?? '';
  return parseBelowService(kind, namespace, service, labels, rules);
}

function parseBelowService(
  kind: 'svc' | 'pod',
  namespace: string,
  service: string,
  labels: readonly string[],
  rules: NameRules,
): ParsedName | undefined {
  const parsed = { ...THE_ZONE, kind, namespace, service };
  const [first = '', second = ''] = labels;
  switch (labels.length) {
    case 0:
      return parsed;
    case 1:
      return { ...parsed, endpoint: first };
    case 2:
      if (rules.multicluster && !first.startsWith('_') && !second.startsWith('_')) {
        return { ...parsed, endpoint: first, cluster: second };
      }
      return { ...parsed, port: withoutUnderscore(first), protocol: withoutUnderscore(second) };
    default: {
      const topology = kind === 'svc' && rules.zonal && !rules.multicluster ? parseTopology(labels) : undefined;
      return topology === undefined ? undefined : { ...parsed, topology };
    }
  }
}

/** `ZONE.pin._zone` or `ZONE.prefer._zone`; a topology zone may have dots. */
function parseTopology(labels: readonly string[]): Topology | undefined {
  const mode = labels.at(-2);
  if (labels.at(-1) !== '_zone' || (mode !== 'pin' && mode !== 'prefer')) return undefined;
  return { zone: labels.slice(0, -2).join('.'), mode };
}

const THE_ZONE: ParsedName = {
  kind: '',
  namespace: '',
  service: '',
  endpoint: '',
  cluster: '',
  port: '',
  protocol: '',
  topology: undefined,
};

/** One underscore marks ports and protocols (RFC 2782) but is not required. */
function withoutUnderscore(label: string): string {
  return label.startsWith('_') ? label.slice(1) : label;
}

function kindAt(wire: Uint8Array, at: number): 'svc' | 'pod' | undefined {
  if (wire[at] !== 3) return undefined;
  const label = labelAt(wire, at);
  return label === 'svc' || label === 'pod' ? label : undefined;
}

/** The label at the length octet `at`, in lower case; octets that no Kubernetes name has are escaped. */
function labelAt(wire: Uint8Array, at: number): string {
  const end = at + 1 + (wire[at] ?? 0);
  let text = '';
  for (let i = at + 1; i < end; i++) {
    const octet = wire[i] ?? 0;
    if (!isPlain(octet)) return escapedLabel(wire.subarray(at, end));
    text += String.fromCharCode(smallLetter(octet));
  }
  return text;
}

/** Letters, digits, hyphen and underscore. */
function isPlain(octet: number): boolean {
  const letter = octet | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (octet >= 0x30 && octet <= 0x39) || octet === 0x2d || octet === 0x5f;
}

function escapedLabel(label: Uint8Array): string {
  const wire = new Uint8Array(label.length + 1);
  wire.set(label);
  return lowerCase(DomainName.fromWire(wire).text.slice(0, -1));
}
