import { readFileSync, statSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import type { Token } from '../../corefile/tree.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { Complaint } from '../../plugin-api/options.ts';
import { endpointText } from '../../transport/endpoint.ts';
import { upstreamCounters } from '../../transport/upstream/metrics.ts';
import { Upstream, type UpstreamServices } from '../../transport/upstream/upstream.ts';
import { type Destination, readDestination } from './destination.ts';
import type { ForwardOptions } from './options.ts';
import { readNameservers } from './resolv-conf.ts';

/** A destination and the word of the Corefile that it comes from. */
export interface PlacedDestination {
  readonly destination: Destination;
  readonly token: Token;
}

/** Every server that the words after FROM name, those in files included; reports words that name none. */
export function readDestinations(tokens: readonly Token[], context: SetupContext): readonly PlacedDestination[] {
  return tokens.flatMap((token) => {
    const fromFile = readFile(token, context);
    if (fromFile !== undefined) return fromFile.map((destination) => ({ destination, token }));
    const destination = readDestination(token.text);
    if (!(destination instanceof Complaint)) return [{ destination, token }];
    const { message, hint } = destination;
    const missing = token.text.includes('/') && !token.text.includes('://');
    context.report({
      code: missing ? 'forward/file' : 'forward/destination',
      message: missing ? `there is no file "${token.text}"` : message,
      place: token.place,
      ...(missing ? { hint: 'create it, or write the addresses of the servers' } : hint === undefined ? {} : { hint }),
    });
    return [];
  });
}

/** The path of the file that `token` names; undefined when there is none. */
export function pathOf(token: Token, context: SetupContext): string | undefined {
  const path = context.resolvePath(token.text);
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true ? path : undefined;
}

/** The nameservers in the file that `token` names; undefined when there is none. */
function readFile(token: Token, context: SetupContext): readonly Destination[] | undefined {
  const path = pathOf(token, context);
  if (path === undefined) return undefined;
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    context.report({
      code: 'forward/file',
      message: `"${token.text}" cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      place: token.place,
      hint: 'check its permissions',
    });
    return [];
  }
  return readNameservers(text).flatMap((entry) => {
    const destination = readDestination(entry.text);
    if (!(destination instanceof Complaint) && !destination.named && destination.scheme === 'dns') return [destination];
    context.report({
      severity: 'warning',
      code: 'forward/nameserver',
      message: `line ${entry.line} of ${token.text}: "${entry.text}" is not an IP address`,
      place: token.place,
      hint: 'the line is left out',
    });
    return [];
  });
}

/** What the upstreams of one instance share. */
export type ForwardServices = Pick<UpstreamServices, 'wheel' | 'newId' | 'openDatagramLink'>;

export interface Surroundings {
  readonly context: SetupContext;
  readonly services: ForwardServices;
}

/** Upstreams by what they were made of, in the order in which they are asked. */
export type UpstreamList = ReadonlyMap<string, Upstream>;

/**
 * Makes an upstream of each destination, in order, or takes the one that is `known` already; of several with the same address and port only the first.
 */
export function makeUpstreams(
  destinations: readonly Destination[],
  known: UpstreamList,
  make: (destination: Destination) => Upstream,
): UpstreamList {
  const upstreams = new Map<string, Upstream>();
  const taken = new Set<string>();
  for (const destination of destinations) {
    const { scheme, host, port, serverName } = destination;
    if (taken.has(`${host} ${port}`)) continue;
    taken.add(`${host} ${port}`);
    const key = `${scheme} ${host} ${port} ${serverName ?? ''}`;
    upstreams.set(key, known.get(key) ?? make(destination));
  }
  return upstreams;
}

export function makeUpstream(
  destination: Destination,
  options: ForwardOptions,
  tlsContext: SecureContext | undefined,
  around: Surroundings,
): Upstream {
  const { scheme, host: address, port } = destination;
  const serverName = destination.serverName ?? options.tls_servername;
  const tls = scheme === 'dns' || tlsContext === undefined ? undefined : { context: tlsContext, serverName };
  const target = { address, port, sourceAddress: options.source_address, tls };
  return new Upstream(
    {
      scheme,
      target,
      expire: options.expire,
      maximumAge: options.max_age === 0 ? Infinity : options.max_age,
      maximumIdle: options.max_idle_conns === 0 ? Infinity : options.max_idle_conns,
      readTimeout: options.read_timeout,
      maximumFails: options.max_fails,
      httpsMethod: options.doh_method,
      healthCheck: { ...options.health_check, tcp: options.force_tcp },
    },
    {
      counters: upstreamCounters(around.context.metrics, 'forward', endpointText(address, port)),
      now: around.context.clock.monotonic,
      ...around.services,
    },
  );
}
