import { isIP } from 'node:net';
import { parseAddress, reverseName } from '../dns/addresses.ts';
import { rcodeName, RCODE } from '../dns/codes.ts';
import type { Message, ResourceRecord } from '../dns/message.ts';
import type { DomainName } from '../dns/name.ts';
import { printRecord } from '../dns/presentation.ts';
import { CNAME } from '../dns/records/cname.ts';
import { parseType, TYPE, typeName } from '../dns/types.ts';
import type { Endpoint } from '../transport/endpoint.ts';
import { parseArguments } from './arguments.ts';
import { clusterAccess } from './cluster-access.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { findSession } from './dev-session.ts';
import { readKubeletSettings, readNodeFile } from './node-dns.ts';
import type { Pod } from './pod-dns.ts';
import { libraryConfiguration, libraryServers, ordinaryPod, readPod, resolverOf } from './pod-resolver.ts';
import { candidates, lookUp, type ResolverConfiguration } from './stub-resolver.ts';
import { UsageError, UserError } from './user-error.ts';

const HELP = `usage: clusterfirst ask NAME [TYPE] [--as NAMESPACE[/POD]] [--server ADDRESS[:PORT]] [--kubeconfig FILE]
                        [--kubelet-config FILE] [--host-resolv-conf FILE]

Resolves a name as a pod would – search list and ndots applied – and prints what \`host\` prints there. An address is looked
up in reverse.

  --as NAMESPACE/POD        the pod; its dnsPolicy and dnsConfig count
  --as NAMESPACE            an ordinary pod of that namespace (default unless given)
  --server ADDRESS          the DNS server; unless given, the embedded cluster's where the pod asks the DNS of the cluster,
                            otherwise those that the pod asks: of its dnsConfig, or of its node
  --kubeconfig FILE         where the pod is; the embedded cluster unless given
  --kubelet-config FILE     the configuration of the kubelet on the pod's node, for clusterDNS and clusterDomain
  --host-resolv-conf FILE   the resolv.conf of the pod's node; unless given, this machine's stands in for pods that ask the
                            DNS of their node, and others have no domains of the node in their search list

\`clusterfirst resolvconf\` prints the resolv.conf of a pod.

exit code: 0 found, 1 not found

examples:
  clusterfirst ask web-service --as default/test
  clusterfirst ask _http._tcp.web-service SRV
  clusterfirst ask 10.107.37.188
  clusterfirst ask web --as shop --server 10.96.0.10`;

/** What `host` asks for when no type is given. */
const DEFAULT_TYPES: readonly number[] = [TYPE.A, TYPE.AAAA, TYPE.MX];

const DNS_PORT = 53;

export const ask: Command = {
  name: 'ask',
  summary: 'resolve a name as a pod would',
  help: HELP,
  async run(args, terminal) {
    const { values, positionals } = parseArguments({
      args: [...args],
      options: {
        as: { type: 'string', default: 'default' },
        server: { type: 'string' },
        kubeconfig: { type: 'string' },
        'kubelet-config': { type: 'string' },
        'host-resolv-conf': { type: 'string' },
      },
      allowPositionals: true,
    });
    const [name, type] = positionals;
    if (name === undefined) throw new UsageError('which name? clusterfirst ask NAME');
    const types = type === undefined ? DEFAULT_TYPES : [typeOf(type)];
    const configuration = resolverAs(await podAs(values.as, values.kubeconfig, terminal), values, terminal);
    return isIP(name) === 0
      ? printForward(name, types, configuration, terminal)
      : printReverse(name, configuration, terminal);
  },
};

function typeOf(text: string): number {
  const type = parseType(text);
  if (type === undefined) throw new UsageError(`"${text}" is no record type`);
  return type;
}

async function podAs(as: string, kubeconfig: string | undefined, terminal: Terminal): Promise<Pod> {
  const [namespace = '', pod, ...more] = as.split('/');
  if (namespace === '' || pod === '' || more.length > 0)
    throw new UsageError(`--as takes NAMESPACE or NAMESPACE/POD, not "${as}"`);
  return pod === undefined ? ordinaryPod(namespace) : readPod(namespace, pod, clusterAccess(kubeconfig, terminal));
}

/** Servers in the order in which they are asked; the next one only when one does not answer. */
interface Resolver extends Omit<ResolverConfiguration, 'server'> {
  readonly servers: readonly Endpoint[];
}

interface ResolverOptions {
  readonly server?: string | undefined;
  readonly 'kubelet-config'?: string | undefined;
  readonly 'host-resolv-conf'?: string | undefined;
}

function resolverAs(pod: Pod, options: ResolverOptions, terminal: Terminal): Resolver {
  const settings = readKubeletSettings(options, terminal);
  let { file, source } = resolverOf(pod, settings, undefined);
  if (source === 'node' || options['host-resolv-conf'] !== undefined) {
    const nodeFile = readNodeFile(settings.resolvConf, terminal);
    if (nodeFile instanceof UserError)
      throw new UserError(`${nodeFile.message}; name the resolv.conf of the pod's node with --host-resolv-conf`);
    ({ file } = resolverOf(pod, settings, nodeFile));
  }
  const servers =
    options.server === undefined
      ? libraryServers(file).map((address) =>
          settings.clusterDNS.includes(address) ? clusterServer() : { address, port: DNS_PORT },
        )
      : [serverOf(options.server)];
  if (servers.length === 0)
    throw new UserError(
      `the pod has no nameserver (${source === 'node' ? settings.resolvConf : 'dnsConfig'}); name one with --server`,
    );
  return { ...libraryConfiguration(file), servers };
}

/** The DNS of the embedded cluster, which is not at the address that its pods know. */
function clusterServer(): Endpoint {
  const session = findSession();
  if (session !== undefined) return { address: '127.0.0.1', port: session.port };
  throw new UserError(
    'no embedded cluster is running: start one with `clusterfirst dev`, or name a DNS server with --server ADDRESS:PORT',
  );
}

function serverOf(given: string): Endpoint {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(given) ?? (isIP(given) === 0 ? null : [given, given]);
  const address = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3] ?? DNS_PORT);
  if (isIP(address) === 0 || port > 65_535)
    throw new UsageError(`--server takes ADDRESS or ADDRESS:PORT, not "${given}"`);
  return { address, port };
}

/** Each further type is asked of the name that the one before led to, as `host` does. */
async function printForward(
  name: string,
  types: readonly number[],
  configuration: Resolver,
  terminal: Terminal,
): Promise<number> {
  let names = candidates(name, configuration);
  let written = name;
  let code: number = EXIT.ok;
  for (const [i, type] of types.entries()) {
    const { name: asked, reply } = await lookUpAtAny(names, type, configuration.servers);
    if (reply.rcode !== RCODE.NOERROR) {
      code = notFound(written, asked, reply, terminal);
      if (i === 0) return code;
      continue;
    }
    for (const record of reply.answers) terminal.out(describe(record));
    if (types.length === 1 && reply.answers.length === 0)
      terminal.out(`${withoutDot(asked)} has no ${typeName(type)} record`);
    const target = targetOf(asked, reply.answers);
    names = [target];
    written = withoutDot(target);
  }
  return code;
}

async function printReverse(address: string, { servers }: Resolver, terminal: Terminal): Promise<number> {
  const octets = parseAddress(address);
  if (octets === undefined) throw new UsageError(`"${address}" is no address`);
  const name = reverseName(octets);
  const { reply } = await lookUpAtAny([name], TYPE.PTR, servers);
  if (reply.rcode !== RCODE.NOERROR) {
    // `host` writes the final dot for IPv4 and leaves it out for IPv6.
    return notFound(octets.length === 4 ? name.text : withoutDot(name), name, reply, terminal);
  }
  for (const record of reply.answers) terminal.out(describe(record));
  return EXIT.ok;
}

/** As `lookUp`, of the first server that answers. Throws the UserError of the last one when none does. */
async function lookUpAtAny(
  names: readonly DomainName[],
  type: number,
  servers: readonly Endpoint[],
): ReturnType<typeof lookUp> {
  let failure: unknown;
  for (const server of servers) {
    try {
      return await lookUp(names, type, server);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      failure = error;
    }
  }
  throw failure;
}

/** `host` repeats what it was given where no name exists, and else tells the name that it asked for. */
function notFound(written: string, asked: DomainName, { rcode }: Message, terminal: Terminal): number {
  const name = rcode === RCODE.NXDOMAIN ? written : withoutDot(asked);
  terminal.out(`Host ${name} not found: ${rcode}(${rcodeName(rcode)})`);
  return EXIT.failed;
}

/** Where the aliases among the answers lead to. */
function targetOf(name: DomainName, answers: readonly ResourceRecord[]): DomainName {
  let target = name;
  // Each alias is followed once at most, so a loop ends.
  for (const record of answers) if (CNAME.is(record) && record.name.equals(target)) target = record.data.target;
  return target;
}

/** What `host` says of a record's data; of other types it says `has TYPE record`. */
const PHRASES: Readonly<Record<string, string>> = {
  A: 'has address',
  AAAA: 'has IPv6 address',
  CNAME: 'is an alias for',
  HINFO: 'host information',
  LOC: 'location',
  MX: 'mail is handled by',
  NS: 'name server',
  PTR: 'domain name pointer',
  TXT: 'descriptive text',
};

/** A record in the words of `host`. */
function describe(record: ResourceRecord): string {
  const type = typeName(record.type);
  const [, , , , ...data] = printRecord(record).split(' ');
  return `${withoutDot(record.name)} ${PHRASES[type] ?? `has ${type} record`} ${data.join(' ')}`;
}

function withoutDot(name: DomainName): string {
  return name.isRoot ? '.' : name.text.slice(0, -1);
}
