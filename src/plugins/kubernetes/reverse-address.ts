import { isIPv4 } from 'node:net';
import { DomainName } from '../../dns/name.ts';
import { formatAddress, parseAddress } from '../../kube/address.ts';

const IPV4_TREE: DomainName = DomainName.parse('in-addr.arpa');
const IPV6_TREE: DomainName = DomainName.parse('ip6.arpa');

const IPV6_NIBBLES = 32;
// CoreDNS reads groups of four nibbles and leaves what remains at the left: up to three more labels do no harm.
const SURPLUS_NIBBLES = 3;

/** The address whose reverse name this is (RFC 1035 §3.5, RFC 3596 §2.5), as the store's keys spell it. */
export function reverseAddress(name: DomainName): string | undefined {
  if (name.isWithin(IPV4_TREE)) return ipv4(name.labels().slice(0, -2));
  if (name.isWithin(IPV6_TREE)) return ipv6(name.labels().slice(0, -2));
  return undefined;
}

function ipv4(labels: readonly string[]): string | undefined {
  const text = labels.toReversed().join('.');
  // There is only one spelling of an IPv4 address.
  return isIPv4(text) ? text : undefined;
}

function ipv6(labels: readonly string[]): string | undefined {
  if (labels.length < IPV6_NIBBLES || labels.length > IPV6_NIBBLES + SURPLUS_NIBBLES) return undefined;
  const nibbles = labels.toReversed().slice(0, IPV6_NIBBLES);
  if (nibbles.some((nibble) => nibble.length !== 1)) return undefined;
  const octets = parseAddress(nibbles.join('').replaceAll(/(.{4})(?=.)/g, '$1:'));
  return octets === undefined ? undefined : formatAddress(octets);
}
