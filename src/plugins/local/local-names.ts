import type { ResourceRecord } from '../../dns/message.ts';
import { RCODE } from '../../dns/codes.ts';
import { DomainName } from '../../dns/name.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { NS } from '../../dns/records/ns.ts';
import { PTR } from '../../dns/records/ptr.ts';
import { SOA } from '../../dns/records/soa.ts';
import { TYPE } from '../../dns/types.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeReply, type Reply } from '../../plugin-api/reply.ts';

/** A week, in seconds: what RFC 6303 §3 has for zones that never change. */
const TTL = 604_800;

const LOCALHOST = DomainName.parse('localhost.');
/** RFC 6761 §6.3; the address blocks 0/8, 127/8 and 255/8 (RFC 6303 §4.2). */
const ZONES: readonly DomainName[] = [
  LOCALHOST,
  DomainName.parse('0.in-addr.arpa.'),
  DomainName.parse('127.in-addr.arpa.'),
  DomainName.parse('255.in-addr.arpa.'),
];
const LOOPBACK_HOST = DomainName.parse('1.0.0.127.in-addr.arpa.');

const IPV4_LOOPBACK = Uint8Array.of(127, 0, 0, 1);
const IPV6_LOOPBACK = Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

const AUTHORITY = {
  primary: LOCALHOST,
  mailbox: DomainName.parse('root.localhost.'),
  serial: 1,
  refresh: 0,
  retry: 0,
  expire: 0,
  minimum: TTL,
};

/** Is it a name below `localhost.` or, `withPrefix`, one whose first label is `localhost` and not its only one? */
export function isHost(name: DomainName, withPrefix: boolean): boolean {
  if (name.wire.length <= LOCALHOST.wire.length) return false;
  return name.isWithin(LOCALHOST) || (withPrefix && name.canonical.startsWith(LOCALHOST.canonical));
}

/** The local zone that the name is in, spelled as in the name. */
export function localZone(name: DomainName): DomainName | undefined {
  const zone = ZONES.find((one) => name.isWithin(one));
  return zone && name.ancestor(name.labelCount - zone.labelCount);
}

/** Whatever is below localhost is this machine. */
export function answerHost(query: Query): Reply {
  const { name, type } = query.question;
  const address = loopback(name, type);
  return makeReply(query, address === undefined ? { authorities: [authority(name)] } : { answers: [address] });
}

/** The answer of a zone that has names at its apex and, for 127/8, the loopback address. */
export function answerZone(query: Query, zone: DomainName): Reply {
  const { name, type } = query.question;
  const isApex = name.wire.length === zone.wire.length;
  const isLoopback = name.equals(LOOPBACK_HOST);
  if (!isApex && !isLoopback) return makeReply(query, { rcode: RCODE.NXDOMAIN, authorities: [authority(zone)] });
  const answer = isApex
    ? apexRecord(name, type)
    : type === TYPE.PTR
      ? PTR.make(name, TTL, { target: LOCALHOST })
      : undefined;
  return makeReply(query, answer === undefined ? { authorities: [authority(zone)] } : { answers: [answer] });
}

function apexRecord(name: DomainName, type: number): ResourceRecord | undefined {
  if (type === TYPE.SOA) return authority(name);
  if (type === TYPE.NS) return NS.make(name, TTL, { nameServer: LOCALHOST });
  return name.equals(LOCALHOST) ? loopback(name, type) : undefined;
}

function loopback(name: DomainName, type: number): ResourceRecord | undefined {
  if (type === TYPE.A) return A.make(name, TTL, { address: IPV4_LOOPBACK });
  if (type === TYPE.AAAA) return AAAA.make(name, TTL, { address: IPV6_LOOPBACK });
  return undefined;
}

function authority(owner: DomainName): ResourceRecord {
  return SOA.make(owner, TTL, AUTHORITY);
}
