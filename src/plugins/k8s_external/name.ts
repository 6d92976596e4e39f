import type { DomainName } from '../../dns/name.ts';
import { lowerCase } from '../../dns/name.ts';

/** What a name in a zone of external services asks for, in lower case; `endpoint`, `port` and `protocol` are empty when the name has none. */
export type ExternalName =
  | { readonly kind: 'zone' }
  /** The label that the zone's own names are below, or one of those. */
  | { readonly kind: 'apex' }
  | { readonly kind: 'name server' }
  | { readonly kind: 'namespace'; readonly namespace: string }
  | {
      readonly kind: 'service';
      readonly namespace: string;
      readonly service: string;
      readonly endpoint: string;
      readonly port: string;
      readonly protocol: string;
    }
  | { readonly kind: 'nothing'; readonly isBelowApex: boolean };

export const NAME_SERVER = 'ns1';

const NOTHING: ExternalName = { kind: 'nothing', isBelowApex: false };

/** Reads the labels of `name` to the left of `zone`, in which it is. `apex`: the label of the zone's own names. */
export function parseExternalName(name: DomainName, zone: DomainName, apex: string): ExternalName {
  const labels = name
    .labels()
    .slice(0, -zone.labelCount || undefined)
    .map(lowerCase);
  const namespace = labels.pop();
  if (namespace === undefined) return { kind: 'zone' };
  if (namespace === apex) {
    if (labels.length === 0) return { kind: 'apex' };
    return labels.length === 1 && labels[0] === NAME_SERVER
      ? { kind: 'name server' }
      : { kind: 'nothing', isBelowApex: true };
  }
  const service = labels.pop();
  if (service === undefined) return { kind: 'namespace', namespace };
  const [first = '', second = ''] = labels;
  const parsed = { kind: 'service', namespace, service, endpoint: '', port: '', protocol: '' } as const;
  switch (labels.length) {
    case 0:
      return parsed;
    case 1:
      return { ...parsed, endpoint: first };
    case 2:
      return { ...parsed, port: withoutUnderscore(first), protocol: withoutUnderscore(second) };
    default:
      return NOTHING;
  }
}

/** One underscore marks ports and protocols (RFC 2782) but is not required. */
function withoutUnderscore(label: string): string {
  return label.startsWith('_') ? label.slice(1) : label;
}
