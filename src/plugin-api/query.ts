import type { DomainName } from '../dns/name.ts';
import type { Endpoint } from '../transport/endpoint.ts';
import type { Message, Question } from '../dns/message.ts';
import type { Outcome } from './reply.ts';

/** How a query reached the server. */
export type Transport = 'udp' | 'tcp' | 'tls' | 'https' | 'https3' | 'quic' | 'grpc';

/** Labels as plugin `metadata` collects them; a value is worked out when somebody reads it. */
export type Metadata = Map<string, () => string>;

/**
 * A query on its way through a server block. It is not written to: a plugin that asks its successors something else hands
 * them a changed copy, see `withQuestion`.
 */
export interface Query {
  /** The request as the client, or a plugin before, sent it. Its OPT record is in `message.edns`. */
  readonly message: Message;
  /** The one question of the request. */
  readonly question: Question;
  readonly client: Endpoint;
  /** Where it was received; the address is the wildcard address on an unbound listener. */
  readonly local: Endpoint;
  readonly transport: Transport;
  /** Octets of the request on the wire. */
  readonly size: number;
  /** When it arrived, milliseconds of the monotonic clock. */
  readonly arrival: number;
  /** When nothing more is to be tried to answer it, milliseconds of the monotonic clock; Infinity unless a plugin says so. */
  readonly deadline: number;
  /** The listener's label in metrics and logs: `dns://:53`. */
  readonly server: string;
  /** The longest zone of the server block that the name is in. */
  readonly zone: DomainName;
  /** The view that let the query in; empty without one. */
  readonly view: string;
  /** 0 for what a client asked, 1 for what was asked to answer that, and so on: an end for names that lead back to themselves. */
  readonly depth: number;
  /** Absent unless the block has plugin `metadata`. */
  readonly metadata: Metadata | undefined;
  /**
   * Asks the whole server – every block of this query's listener – another question on behalf of the same client:
   * how targets of CNAMEs are resolved.
   */
  readonly resolve: (query: Query, question: Question) => Outcome;
  /** The zone, among those of every block of this query's listener, where `resolve` would ask; undefined when nobody serves the name. */
  readonly zoneOf: (query: Query, question: Question) => DomainName | undefined;
}

/** The query with another question. */
export function withQuestion(query: Query, question: Question): Query {
  return { ...query, question, message: { ...query.message, questions: [question] } };
}

/** The query with a deadline, unless its own is earlier. */
export function withDeadline(query: Query, deadline: number): Query {
  return deadline < query.deadline ? { ...query, deadline } : query;
}

/** Is the client to be answered within a datagram? Streams carry up to 65,535 octets. */
export function isDatagram(query: Query): boolean {
  return query.transport === 'udp' || query.transport === 'quic' || query.transport === 'https3';
}

/** 1 for IPv4 and 2 for IPv6: the value of the metrics label `family`. */
export function addressFamily(endpoint: Endpoint): 1 | 2 {
  return endpoint.address.includes(':') ? 2 : 1;
}

/** The value of the metrics label and log word `proto`: what carries the transport. */
export function protocolLabel(transport: Transport): 'udp' | 'tcp' {
  return transport === 'udp' || transport === 'quic' || transport === 'https3' ? 'udp' : 'tcp';
}
