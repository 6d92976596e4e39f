import { randomInt } from 'node:crypto';
import { CLASS, OPCODE, RCODE } from '../dns/codes.ts';
import { decodeMessage } from '../dns/decode.ts';
import { encodeMessage } from '../dns/encode.ts';
import { createMessage, type Message } from '../dns/message.ts';
import { DomainName, NameSyntaxError } from '../dns/name.ts';
import { type Endpoint, endpointText } from '../transport/endpoint.ts';
import { Connection, type LinkEvents, type Link } from '../transport/upstream/connection.ts';
import { openDatagramLink } from '../transport/upstream/datagram-link.ts';
import { openStreamLink } from '../transport/upstream/stream-link.ts';
import { UsageError, UserError } from './user-error.ts';

/** What a pod's resolv.conf says about looking names up (resolv.conf(5)). */
export interface ResolverConfiguration {
  readonly server: Endpoint;
  readonly search: readonly string[];
  /** A name with fewer dots is tried below the search list first. */
  readonly ndots: number;
}

/** Milliseconds until a server that says nothing is given up; the libraries' default. */
const TIMEOUT = 5000;

/** Names to try, in order: as a resolver library does for a name without a final dot. Throws UsageError for what is no name. */
export function candidates(name: string, configuration: Pick<ResolverConfiguration, 'search' | 'ndots'>): DomainName[] {
  const absolute = parseName(name);
  if (name.endsWith('.')) return [absolute];
  const below = configuration.search.flatMap((suffix) => DomainName.tryParse(`${name}.${suffix}`) ?? []);
  return absolute.labelCount - 1 >= configuration.ndots ? [absolute, ...below] : [...below, absolute];
}

function parseName(name: string): DomainName {
  try {
    return DomainName.parse(name);
  } catch (error) {
    if (!(error instanceof NameSyntaxError)) throw error;
    throw new UsageError(`"${name}" is no domain name: ${error.message}`, { cause: error });
  }
}

/** The first of the names that exists – with records of this type or without – and its answer; otherwise the last refusal. Throws UserError. */
export async function lookUp(
  names: readonly DomainName[],
  type: number,
  server: Endpoint,
): Promise<{ readonly name: DomainName; readonly reply: Message }> {
  let last: { readonly name: DomainName; readonly reply: Message } | undefined;
  for (const name of names) {
    last = { name, reply: await exchange(name, type, server) };
    if (last.reply.rcode !== RCODE.NXDOMAIN) return last;
  }
  if (last === undefined) throw new TypeError('there is no name to look up');
  return last;
}

/** Asks by UDP, and again by TCP if the answer did not fit. Throws UserError when the server does not answer. */
async function exchange(name: DomainName, type: number, server: Endpoint): Promise<Message> {
  const query = encodeMessage(
    createMessage({ opcode: OPCODE.QUERY, recursionDesired: true, questions: [{ name, type, class: CLASS.IN }] }),
    { compress: false },
  );
  const target = { ...server, sourceAddress: undefined, tls: undefined };
  try {
    const reply = await exchangeOver((events) => openDatagramLink(target, events), query);
    if (!reply.truncated) return reply;
    return await exchangeOver((events) => openStreamLink(target, { session: undefined }, events), query);
  } catch (error) {
    const where = endpointText(server.address, server.port);
    const reason = error instanceof Error ? error.message : String(error);
    throw new UserError(`the DNS server at ${where} gives no answer: ${reason}; check that it runs, and --server`, {
      cause: error,
    });
  }
}

async function exchangeOver(open: (events: LinkEvents) => Link, query: Uint8Array): Promise<Message> {
  const connection = new Connection(
    open,
    () => randomInt(65_536),
    () => performance.now(),
    () => {},
  );
  try {
    return decodeMessage(await connection.exchange(query, TIMEOUT));
  } finally {
    connection.close();
  }
}
