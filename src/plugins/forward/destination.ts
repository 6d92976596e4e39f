import { isIP, isIPv4, isIPv6 } from 'node:net';
import { DomainName } from '../../dns/name.ts';
import { Complaint } from '../../plugin-api/options.ts';
import type { UpstreamScheme } from '../../transport/upstream/upstream.ts';

/** A server to forward to, as it is written. */
export interface Destination {
  readonly scheme: UpstreamScheme;
  /** An IP address, a link-local one possibly with its zone, or a host name. */
  readonly host: string;
  /** Has the host to be looked up? */
  readonly named: boolean;
  readonly port: number;
  /** The name that its certificate has to carry, from `%NAME`. */
  readonly serverName: string | undefined;
}

const DEFAULT_PORTS: Readonly<Record<UpstreamScheme, number>> = { dns: 53, tls: 853, https: 443 };

/** Reads a TO that is not a file. */
export function readDestination(text: string): Destination | Complaint {
  const [, prefix, rest = text] = /^([a-z0-9+.-]*):\/\/(.*)$/i.exec(text) ?? [];
  const scheme = prefix ?? 'dns';
  if (!isScheme(scheme)) {
    return new Complaint(
      `'${scheme}' is not supported as a destination protocol in forward: ${text}`,
      scheme === 'grpc' ? 'plugin grpc forwards by gRPC' : 'write dns://, tls:// or https://, or the address alone',
    );
  }
  if (scheme === 'https' && rest.includes('/')) {
    return new Complaint(
      `paths are not allowed in HTTPS upstream addresses: ${text}`,
      'the path is always /dns-query: remove it',
    );
  }
  const parts = split(rest);
  if (parts === undefined) return notADestination(text);
  const { host, suffix } = parts;
  const port = parts.port === undefined ? DEFAULT_PORTS[scheme] : Number(parts.port);
  if (port < 1 || port > 65_535) return new Complaint(`${port} is no port`, 'ports go from 1 to 65535');
  if (scheme === 'dns' && suffix !== undefined) {
    if (!isIPv6(`${host}%${suffix}`)) return notADestination(text);
    return { scheme, host: `${host}%${suffix}`, named: false, port, serverName: undefined };
  }
  if (isIP(host) === 0 && !isHostName(host)) return notADestination(text);
  return { scheme, host, named: isIP(host) === 0, port, serverName: suffix === '' ? undefined : suffix };
}

function isScheme(text: string): text is UpstreamScheme {
  return Object.hasOwn(DEFAULT_PORTS, text);
}

/** `HOST`, `HOST:PORT`, `IPV6`, `[IPV6]:PORT`, each with `%SUFFIX` behind the host, inside or outside of the brackets. */
function split(text: string): { host: string; suffix: string | undefined; port: string | undefined } | undefined {
  if (isIPv6(text) && !text.includes('%')) return { host: text, suffix: undefined, port: undefined };
  const bracketed = /^\[([^\]%]+)(?:%([^\]]*))?\](?:%([^:]*))?(?::(\d{1,5}))?$/.exec(text);
  if (bracketed !== null) {
    const [, host = '', inner, outer, port] = bracketed;
    return isIPv6(host) ? { host, suffix: inner ?? outer, port } : undefined;
  }
  const [, host = '', suffix, port] = /^([^%[\]]+?)(?:%([^:]*))?(?::(\d{1,5}))?$/.exec(text) ?? [];
  // Without a suffix the last group of an IPv6 address would pass for a port.
  if (host === '' || (host.includes(':') && (suffix === undefined || !isIPv6(host)))) return undefined;
  return { host, suffix, port };
}

/** A domain name that no misspelled IPv4 address is: a top-level domain is never all digits (RFC 3696 §2). */
function isHostName(text: string): boolean {
  return /^[a-z0-9_.-]+$/i.test(text) && !/(^|\.)\d+\.?$/.test(text) && DomainName.tryParse(text) !== undefined;
}

function notADestination(text: string): Complaint {
  const near = isIPv4(text.replace(/:\d+$/, ''))
    ? 'ports go from 1 to 65535'
    : 'write an IP address, IP:PORT or [IPV6]:PORT';
  return new Complaint(`"${text}" is not an IP address, a file or a host name`, near);
}
