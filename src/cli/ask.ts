import { isIP } from 'node:net';
import { parseAddress, printAddress, reverseName } from '../dns/addresses.ts';
import { rcodeName, RCODE } from '../dns/codes.ts';
import type { Message, ResourceRecord } from '../dns/message.ts';
import type { DomainName } from '../dns/name.ts';
import { printRecord } from '../dns/presentation.ts';
import { A } from '../dns/records/a.ts';
import { AAAA } from '../dns/records/aaaa.ts';
import { CNAME } from '../dns/records/cname.ts';
import { MX } from '../dns/records/mx.ts';
import { PTR } from '../dns/records/ptr.ts';
import { parseType, TYPE, typeName } from '../dns/types.ts';
import { type ApiAccess, endpointAccess } from '../kube/access.ts';
import { kubeconfigAccess } from '../kube/kubeconfig.ts';
import type { Endpoint } from '../transport/endpoint.ts';
import { parseArguments } from './arguments.ts';
import { type Command, EXIT, type Terminal } from './command.ts';
import { findSession } from './dev-session.ts';
import { resolverOfNamespace, resolverOfPod } from './pod-resolver.ts';
import { candidates, lookUp, type ResolverConfiguration } from './stub-resolver.ts';
import { UsageError, UserError } from './user-error.ts';

const HELP = `usage: clusterfirst ask NAME [TYPE] [--as NAMESPACE[/POD]] [--server ADDRESS[:PORT]] [--kubeconfig FILE]

Resolves a name as a pod would – search list and ndots applied – and prints what \`host\` prints there. An address is looked
up in reverse.

  --as NAMESPACE/POD   the pod; its dnsPolicy and dnsConfig count
  --as NAMESPACE       an ordinary pod of that namespace (default unless given)
  --server ADDRESS     the DNS server; the embedded cluster's unless given
  --kubeconfig FILE    where the pod is; the embedded cluster unless given

exit code: 0 found, 1 not found

examples:
  clusterfirst ask web-service --as default/test
  clusterfirst ask _http._tcp.web-service SRV
  clusterfirst ask 10.107.37.188
  clusterfirst ask web --as shop --server 10.96.0.10`;

/** What `host` asks for when no type is given. */
const DEFAULT_TYPES: readonly number[] = [TYPE.A, TYPE.AAAA, TYPE.MX];

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
      },
      allowPositionals: true,
    });
    const [name, type] = positionals;
    if (name === undefined) throw new UsageError('which name? clusterfirst ask NAME');
    const types = type === undefined ? DEFAULT_TYPES : [typeOf(type)];
    const configuration = {
      ...(await resolverAs(values.as, values.kubeconfig, terminal)),
      server: serverOf(values.server),
    };
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

async function resolverAs(
  as: string,
  kubeconfig: string | undefined,
  terminal: Terminal,
): Promise<Omit<ResolverConfiguration, 'server'>> {
  const [namespace = '', pod, ...more] = as.split('/');
  if (namespace === '' || pod === '' || more.length > 0)
    throw new UsageError(`--as takes NAMESPACE or NAMESPACE/POD, not "${as}"`);
  return pod === undefined
    ? resolverOfNamespace(namespace)
    : resolverOfPod(namespace, pod, accessOf(kubeconfig, terminal));
}

function accessOf(kubeconfig: string | undefined, terminal: Terminal): ApiAccess {
  const given = kubeconfig ?? terminal.environment['KUBECONFIG'];
  const session = kubeconfig === undefined ? findSession() : undefined;
  if (session !== undefined) return endpointAccess({ url: session.apiServer });
  if (given !== undefined && given !== '') return kubeconfigAccess(given);
  throw new UserError(
    'no embedded cluster is running: start one with `clusterfirst dev`, or name your cluster with --kubeconfig FILE',
  );
}

function serverOf(given: string | undefined): Endpoint {
  if (given === undefined) {
    const session = findSession();
    if (session !== undefined) return { address: '127.0.0.1', port: session.port };
    throw new UserError(
      'no embedded cluster is running: start one with `clusterfirst dev`, or name a DNS server with --server ADDRESS:PORT',
    );
  }
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(given) ?? (isIP(given) === 0 ? null : [given, given]);
  const address = match?.[1] ?? match?.[2] ?? '';
  const port = Number(match?.[3] ?? 53);
  if (isIP(address) === 0 || port > 65_535)
    throw new UsageError(`--server takes ADDRESS or ADDRESS:PORT, not "${given}"`);
  return { address, port };
}

/** Each type is asked of the name that the first one found, as `host` does. */
async function printForward(
  name: string,
  types: readonly number[],
  configuration: ResolverConfiguration,
  terminal: Terminal,
): Promise<number> {
  let names = candidates(name, configuration);
  const shown = new Set<string>();
  let found = false;
  for (const type of types) {
    const { name: owner, reply } = await lookUp(names, type, configuration.server);
    if (reply.rcode !== RCODE.NOERROR) {
      if (!found) return notFound(name, reply, terminal);
      continue;
    }
    found = true;
    names = [owner];
    for (const line of reply.answers.map(describe)) {
      if (shown.has(line)) continue;
      shown.add(line);
      terminal.out(line);
    }
    if (types.length === 1 && reply.answers.length === 0)
      terminal.out(`${owner.text.slice(0, -1)} has no ${typeName(type)} record`);
  }
  return EXIT.ok;
}

async function printReverse(address: string, { server }: ResolverConfiguration, terminal: Terminal): Promise<number> {
  const octets = parseAddress(address);
  if (octets === undefined) throw new UsageError(`"${address}" is no address`);
  const name = reverseName(octets);
  const { reply } = await lookUp([name], TYPE.PTR, server);
  if (reply.rcode !== RCODE.NOERROR) return notFound(name.text, reply, terminal);
  for (const record of reply.answers) terminal.out(describe(record));
  return EXIT.ok;
}

function notFound(name: string, reply: Message, terminal: Terminal): number {
  terminal.out(`Host ${name} not found: ${reply.rcode}(${rcodeName(reply.rcode)})`);
  return EXIT.failed;
}

/** A record in the words of `host`. */
function describe(record: ResourceRecord): string {
  const owner = withoutDot(record.name);
  if (A.is(record)) return `${owner} has address ${printAddress(record.data.address)}`;
  if (AAAA.is(record)) return `${owner} has IPv6 address ${printAddress(record.data.address)}`;
  if (CNAME.is(record)) return `${owner} is an alias for ${record.data.target.text}`;
  if (PTR.is(record)) return `${owner} domain name pointer ${record.data.target.text}`;
  if (MX.is(record)) return `${owner} mail is handled by ${record.data.preference} ${record.data.exchange.text}`;
  const [, , , , ...data] = printRecord(record).split(' ');
  return `${owner} has ${typeName(record.type)} record ${data.join(' ')}`;
}

function withoutDot(name: DomainName): string {
  return name.isRoot ? '.' : name.text.slice(0, -1);
}
