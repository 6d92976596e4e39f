import { isIPv4, isIPv6 } from 'node:net';

/** Zones of a reverse tree meet the bits of an address at these steps (RFC 1035 §3.5, RFC 3596 §2.5). */
const BITS_PER_LABEL = { 'in-addr.arpa.': 8, 'ip6.arpa.': 4 } as const;

/**
 * The reverse zones that together cover a network in CIDR notation (RFC 4632 §3.1): one when the prefix ends between
 * labels, otherwise up to 128. Bits of the host are ignored. Undefined for a text that is no network.
 */
export function reverseZones(network: string): readonly string[] | undefined {
  const [, address, length] = /^([^/]+)\/(\d{1,3})$/.exec(network) ?? [];
  if (address === undefined) return undefined;
  const octets = addressOctets(address);
  const prefix = Number(length);
  if (octets === undefined || prefix > octets.length * 8) return undefined;
  const suffix = octets.length === 4 ? 'in-addr.arpa.' : 'ip6.arpa.';
  const bits = BITS_PER_LABEL[suffix];
  const labels = octets.flatMap((octet) => (bits === 8 ? [octet] : [octet >> 4, octet & 0xf]));
  const whole = labels.slice(0, Math.floor(prefix / bits));
  const rest = prefix % bits;
  if (rest === 0) return [zone(whole, bits, suffix)];
  const size = 1 << (bits - rest);
  const least = (labels[whole.length] ?? 0) & ~(size - 1);
  return Array.from({ length: size }, (_, i) => zone([...whole, least + i], bits, suffix));
}

function zone(labels: readonly number[], bits: number, suffix: string): string {
  return labels
    .toReversed()
    .map((label) => `${label.toString(bits === 8 ? 10 : 16)}.`)
    .concat(suffix)
    .join('');
}

function addressOctets(address: string): readonly number[] | undefined {
  if (isIPv4(address)) return address.split('.').map(Number);
  if (!isIPv6(address) || address.includes('%')) return undefined;
  const [head = '', tail] = address.split('::');
  const front = groupOctets(head);
  if (tail === undefined) return front;
  const back = groupOctets(tail);
  return [...front, ...Array.from({ length: 16 - front.length - back.length }, () => 0), ...back];
}

function groupOctets(groups: string): readonly number[] {
  if (groups === '') return [];
  return groups.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const value = Number.parseInt(group, 16);
    return [value >> 8, value & 0xff];
  });
}
