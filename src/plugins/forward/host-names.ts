import { lookup, Resolver } from 'node:dns/promises';
import { ConfigurationError } from '../../plugin-api/context.ts';
import type { Destination } from './destination.ts';
import type { PlacedDestination } from './upstream-list.ts';

/** How long one resolver may take, in milliseconds, as in CoreDNS. */
const RESOLVER_TIMEOUT = 2000;

/**
 * The destinations with every host name replaced by all of its addresses, IPv4 first. `resolvers` are asked in turn; without any, the
 * machine's own. Rejects with a ConfigurationError when a name has no address.
 */
export async function resolveHostNames(
  placed: readonly PlacedDestination[],
  resolvers: readonly string[],
): Promise<readonly Destination[]> {
  const lists = await Promise.all(
    placed.map(async ({ destination, token }) => {
      if (!destination.named) return [destination];
      try {
        const addresses = await addressesOf(destination.host, resolvers);
        return addresses.map((host) => ({ ...destination, host, named: false }));
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new ConfigurationError(`failed to resolve "${destination.host}": ${why}`, token.place);
      }
    }),
  );
  return lists.flat();
}

async function addressesOf(host: string, resolvers: readonly string[]): Promise<readonly string[]> {
  if (resolvers.length === 0) {
    return (await lookup(host, { all: true, order: 'ipv4first' })).map(({ address }) => address);
  }
  let failure: unknown;
  for (const server of resolvers) {
    const resolver = new Resolver({ timeout: RESOLVER_TIMEOUT, tries: 1 });
    resolver.setServers([server]);
    const [v4, v6] = await Promise.allSettled([resolver.resolve4(host), resolver.resolve6(host)]);
    const found = [v4, v6].flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
    if (found.length > 0) return found;
    failure = v4.status === 'rejected' ? v4.reason : failure;
  }
  throw failure instanceof Error ? failure : new Error('no such host');
}
