import { isIPv4 } from 'node:net';
import { parseAddress, unmapIPv4 } from '../../dns/addresses.ts';
import { network } from '../../dns/cidr.ts';
import { Complaint } from '../../plugin-api/options.ts';
import { addressFamily, protocolLabel, type Query } from '../../plugin-api/query.ts';

/** What an option of the query gets; undefined when there is nothing to tell, and then the rule is not for the query. */
export type OptionData = (query: Query) => Uint8Array | undefined;

const variables: ReadonlyMap<string, OptionData> = new Map<string, OptionData>([
  ['{qname}', (query) => Buffer.from(query.question.name.text)],
  ['{qtype}', (query) => uint16(query.question.type)],
  ['{client_ip}', (query) => addressOctets(query, query.client.address)],
  ['{client_port}', (query) => uint16(query.client.port)],
  ['{protocol}', (query) => Buffer.from(protocolLabel(query.transport))],
  ['{server_ip}', (query) => addressOctets(query, query.local.address)],
  ['{server_port}', (query) => uint16(query.local.port)],
]);

/** Reads text, `0x` with hexadecimal digits, or a variable in braces. */
export function readOptionData(text: string): OptionData | Complaint {
  if (/^\{.*\}$/s.test(text)) return variables.get(text) ?? metadataValue(text);
  if (!text.startsWith('0x')) {
    const data = Buffer.from(text);
    return () => data;
  }
  const digits = text.slice(2);
  if (!/^(?:[\da-f]{2})*$/i.test(digits)) {
    return new Complaint(`"${text}" is not in hexadecimal`, 'write two digits of 0-9 and a-f for each octet after 0x');
  }
  const data = Buffer.from(digits, 'hex');
  return () => data;
}

/** The value of a label of plugin `metadata`. */
function metadataValue(text: string): OptionData | Complaint {
  const label = text.slice(1, -1);
  if (!/^[^/].*\/.*[^/]$/s.test(label)) {
    return new Complaint(
      `unsupported variable name "${text}"`,
      `use ${[...variables.keys()].join(', ')} or a label of plugin metadata, {PLUGIN/LABEL}`,
    );
  }
  return (query) => {
    const value = query.metadata?.get(label)?.() ?? '';
    return value === '' ? undefined : Buffer.from(value);
  };
}

/** 4 or 16 octets; undefined for the address of a listener that listens on all of them. */
function addressOctets(query: Query, address: string): Uint8Array | undefined {
  const octets = parseAddress(address);
  if (octets === undefined || octets.every((octet) => octet === 0)) return undefined;
  return addressFamily(query.client) === 1 ? unmapIPv4(octets) : octets;
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >>> 8, value);
}

/** The client's network, of so many bits (RFC 7871 §6): family, bits, scope 0, and as many octets as there are bits for. */
export function clientSubnet(ipv4Bits: number, ipv6Bits: number): OptionData {
  return (query) => {
    const octets = parseAddress(query.client.address);
    if (octets === undefined) return undefined;
    const [family, bits] = isIPv4(query.client.address) ? [1, ipv4Bits] : [2, ipv6Bits];
    const { address } = network(octets, bits);
    return Uint8Array.of(0, family, bits, 0, ...address.subarray(0, Math.ceil(bits / 8)));
  };
}
