import { DomainName } from '../name.ts';
import { WireError, type WireReader } from '../reader.ts';
import { RecordSyntaxError, type TokenCursor } from '../tokens.ts';
import type { WireWriter } from '../writer.ts';
import { exactName, ipv4, ipv6 } from './fields.ts';

/** A gateway or relay of IPSECKEY and AMTRELAY: none, 4 octets, 16 octets, or a name. */
export type Gateway = undefined | Uint8Array | DomainName;

/** The number that stands for the kind of gateway on the wire (RFC 4025 §2.3, RFC 8777 §4.2.3). */
export function gatewayType(gateway: Gateway): number {
  if (gateway === undefined) return 0;
  if (gateway instanceof DomainName) return 3;
  return gateway.length === 4 ? 1 : 2;
}

/** Throws WireError. */
export function readGateway(reader: WireReader, type: number): Gateway {
  switch (type) {
    case 0:
      return undefined;
    case 1:
      return ipv4.read(reader);
    case 2:
      return ipv6.read(reader);
    case 3:
      return reader.name();
    default:
      throw new WireError('RDATA', reader.offset, `an unknown type of gateway, ${type}`);
  }
}

export function writeGateway(writer: WireWriter, gateway: Gateway): void {
  if (gateway instanceof DomainName) writer.name(gateway);
  else if (gateway !== undefined) writer.octets(gateway);
}

export function gatewayLength(gateway: Gateway): number {
  if (gateway === undefined) return 0;
  return gateway instanceof DomainName ? gateway.wire.length : gateway.length;
}

/** Throws RecordSyntaxError. */
export function parseGateway(tokens: TokenCursor, type: number): Gateway {
  const position = tokens.peek()?.position ?? 0;
  switch (type) {
    case 0:
      if (tokens.next('gateway').text !== '.') throw new RecordSyntaxError('no gateway is written as a dot', position);
      return undefined;
    case 1:
      return ipv4.parse(tokens, 'gateway');
    case 2:
      return ipv6.parse(tokens, 'gateway');
    case 3:
      return exactName.parse(tokens, 'gateway');
    default:
      throw new RecordSyntaxError(`an unknown type of gateway, ${type}`, position);
  }
}

export function printGateway(gateway: Gateway): string {
  if (gateway === undefined) return '.';
  if (gateway instanceof DomainName) return gateway.text;
  return gateway.length === 4 ? ipv4.print(gateway) : ipv6.print(gateway);
}
