import type { SecureContext } from 'node:tls';
import { DomainName } from '../../dns/name.ts';
import { printDuration } from '../../corefile/duration.ts';
import type { Line, Token } from '../../corefile/tree.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { definePlugin, type Next, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import type { Outcome } from '../../plugin-api/reply.ts';
import type { Query } from '../../plugin-api/query.ts';
import { endpointText } from '../../transport/endpoint.ts';
import { TimingWheel } from '../../transport/timing-wheel.ts';
import { EventLoop } from '../../transport/udp/event-loop.ts';
import { BatchedDatagrams } from '../../transport/upstream/batched-datagrams.ts';
import { openDatagramLink } from '../../transport/upstream/datagram-link.ts';
import { randomIds } from '../../transport/upstream/random-ids.ts';
import { loadLibc } from '../../transport/libc.ts';
import { FileWatch } from './file-watch.ts';
import { Forwarder } from './forwarder.ts';
import { resolveHostNames } from './host-names.ts';
import { type ForwardOptions, options, type Route, route } from './options.ts';
import { readTls } from './tls-files.ts';
import {
  type ForwardServices,
  makeUpstream,
  makeUpstreams,
  pathOf,
  type PlacedDestination,
  readDestinations,
  type UpstreamList,
} from './upstream-list.ts';

export const forward: Plugin = definePlugin({
  name: 'forward',
  summary: 'Hands queries to other DNS servers: by UDP, TCP, TLS or HTTPS.',
  reads: 'everything',
  repeatable: true,
  parameters: route,
  options,
  problems: {
    'forward/address-block':
      'FROM is an address block that needs several reverse zones; only the first one is forwarded.',
    'forward/destination': 'A TO is not an IP address, a file or a host name.',
    'forward/file': 'A file given as TO is not there or cannot be read.',
    'forward/max-age': 'max_age is shorter than expire.',
    'forward/nameserver': 'A nameserver line of a file given as TO has no IP address.',
    'forward/no-upstream': 'None of the TOs names a server.',
    'forward/server-name': 'An upstream has a TLS server name of its own although tls_servername is given.',
    'forward/tls': 'A file given to tls cannot be read or is no certificate or key.',
  },
  setup: setUpForward,
});

/** What forward and its old spelling have in common: a line of the Corefile and what it says. */
export interface ForwardStanza {
  readonly line: Line;
  readonly argument: Route;
  readonly options: ForwardOptions;
  readonly given: ReadonlyMap<string, Line>;
}

/** One instance for all forward lines of a block: a query that the first does not take goes on to the second. */
export function setUpForward(stanzas: readonly ForwardStanza[], context: SetupContext): PluginInstance {
  let batched: BatchedDatagrams | undefined;
  const services: ForwardServices = {
    wheel: new TimingWheel(context.clock.monotonic),
    newId: randomIds(),
    openDatagramLink: (target) => (events) => batched?.openLink(target, events) ?? openDatagramLink(target, events),
  };
  const prepared = stanzas.map((stanza) => prepare(stanza, context, services));
  const forwarders = prepared.map(({ forwarder }) => forwarder);
  const ask = (from: number, query: Query, next: Next): Outcome => {
    const forwarder = forwarders[from];
    if (forwarder === undefined) return next(query);
    return forwarder.handle(query, (passed) => ask(from + 1, passed, next), from + 1 < forwarders.length);
  };
  return {
    settings: { anyClass: true },
    handle: (query, next) => ask(0, query, next),
    start: async () => {
      const system = await loadLibc();
      batched = system === undefined ? undefined : new BatchedDatagrams(system, new EventLoop(system));
      await Promise.all(prepared.map(async (one) => one.start()));
    },
    stop: async () => {
      for (const one of prepared) one.stop();
    },
  };
}

interface Prepared {
  readonly forwarder: Forwarder;
  /** Looks up host names among the upstreams, and begins to watch the files. */
  readonly start: () => Promise<void>;
  readonly stop: () => void;
}

function prepare(stanza: ForwardStanza, context: SetupContext, services: ForwardServices): Prepared {
  const { options: given } = stanza;
  const { to } = stanza.argument;
  const forwarder = new Forwarder(zoneOf(stanza, context), given, context, services.wheel);
  const placed = readDestinations(to, context);
  const tls = check(stanza, placed, context);
  let upstreams: UpstreamList = new Map();
  const use = async (destinations: readonly PlacedDestination[]): Promise<void> => {
    const resolved = await resolveHostNames(destinations, given.resolver);
    upstreams = makeUpstreams(resolved, upstreams, (one) => makeUpstream(one, given, tls, { context, services }));
    forwarder.use([...upstreams.values()]);
  };
  const watch = new FileWatch(
    to.flatMap((token) => pathOf(token, context) ?? []),
    () => rereadFiles(to, context, use),
  );
  return {
    forwarder,
    async start() {
      await use(placed);
      watch.start();
    },
    stop() {
      watch.stop();
      forwarder.stop();
    },
  };
}

/** Files that say nothing of use, if only for a moment, change nothing. */
async function rereadFiles(
  to: readonly Token[],
  context: SetupContext,
  use: (destinations: readonly PlacedDestination[]) => Promise<void>,
): Promise<void> {
  const { logger } = context;
  const problems: string[] = [];
  const report: SetupContext['report'] = ({ message }) => problems.push(message);
  const destinations = readDestinations(to, { ...context, report });
  for (const problem of problems) logger.warning(problem);
  const servers = destinations.map(({ destination }) => endpointText(destination.host, destination.port)).join(' ');
  if (destinations.length === 0) {
    logger.warning('A file of upstreams has changed and names none: the ones before are kept');
    return;
  }
  try {
    await use(destinations);
    logger.info(`A file of upstreams has changed, queries go to ${servers}`);
  } catch (error) {
    logger.warning(
      `A file of upstreams has changed, the ones before are kept: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}

function zoneOf(stanza: ForwardStanza, context: SetupContext): DomainName {
  const { from } = stanza.argument;
  const [zone = DomainName.root] = from;
  const token = stanza.line.arguments[0];
  if (from.length > 1 && token !== undefined) {
    context.report({
      severity: 'warning',
      code: 'forward/address-block',
      message: `Unsupported CIDR notation: '${token.text}' expands to multiple zones. Using only '${zone.text}'.`,
      place: token.place,
      hint: 'write a line for each zone, or a prefix length that is a multiple of 8 (IPv6: 4)',
    });
  }
  return zone;
}

/** Reports what is wrong with options seen together; returns what TLS connections need, if there are to be any. */
function check(
  stanza: ForwardStanza,
  placed: readonly PlacedDestination[],
  context: SetupContext,
): SecureContext | undefined {
  const { options: given, line } = stanza;
  const place = (option: string): Line['name']['place'] => (stanza.given.get(option)?.name ?? line.name).place;
  if (placed.length === 0) {
    context.report({
      code: 'forward/no-upstream',
      message: 'no valid upstream addresses found',
      place: (line.arguments[1] ?? line.name).place,
      hint: 'name at least one server; files need a line `nameserver ADDRESS`',
    });
  }
  if (given.max_age > 0 && given.max_age < given.expire) {
    context.report({
      code: 'forward/max-age',
      message: `max_age (${printDuration(given.max_age)}) must not be less than expire (${printDuration(given.expire)})`,
      place: place('max_age'),
      hint: `write max_age ${printDuration(given.expire)} or a shorter expire`,
    });
  }
  for (const { destination, token } of placed) {
    if (destination.serverName === undefined || given.tls_servername === undefined) continue;
    context.report({
      code: 'forward/server-name',
      message: `"${token.text}" has a TLS server name of its own besides tls_servername ${given.tls_servername}`,
      place: token.place,
      hint: 'keep one of the two',
    });
  }
  const encrypted = placed.some(({ destination }) => destination.scheme !== 'dns');
  if (given.tls === undefined && !encrypted) return undefined;
  return readTls(given.tls ?? [], stanza.given.get('tls') ?? line, context);
}
