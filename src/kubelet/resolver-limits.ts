import type { KubeletEvent } from './kubelet-event.ts';
import type { ResolverFile } from './resolver-file.ts';

/** MAXNS of resolver libraries (resolv.conf(5)). */
const MAXIMUM_NAMESERVERS = 3;
/** Kubernetes' own limits; resolver libraries had 6 entries and 256 characters before glibc 2.26, and none since. */
const MAXIMUM_SEARCHES = 32;
const MAXIMUM_SEARCH_LINE = 2048;
/** Characters of a domain name without its final dot: 255 octets less the first length octet and the root's (RFC 1035 §2.3.4). */
const MAXIMUM_SEARCH = 253;
/** The domains that kubelet puts before those of the node: namespace, `svc`, cluster domain. */
const CLUSTER_SEARCHES = 3;

/** Cuts silently what a pod cannot have; the events are how kubelet tells. */
export function fitLimits(file: ResolverFile): { readonly file: ResolverFile; readonly events: KubeletEvent[] } {
  const events: KubeletEvent[] = [];
  const nameservers = file.nameservers.slice(0, MAXIMUM_NAMESERVERS);
  if (nameservers.length < file.nameservers.length) {
    events.push(
      forming(
        'Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is',
        nameservers,
      ),
    );
  }
  const searches = fitSearches(file.searches);
  if (searches.length < file.searches.length) {
    events.push(
      forming(
        'Search Line limits were exceeded, some search paths have been omitted, the applied search line is',
        searches,
      ),
    );
  }
  return { file: { nameservers, searches, options: file.options }, events };
}

function forming(text: string, applied: readonly string[]): KubeletEvent {
  return { object: 'pod', reason: 'DNSConfigForming', message: `${text}: ${applied.join(' ')}` };
}

function fitSearches(searches: readonly string[]): readonly string[] {
  const kept = searches.slice(0, MAXIMUM_SEARCHES).filter((domain) => Buffer.byteLength(domain) <= MAXIMUM_SEARCH);
  while (lineLength(kept) > MAXIMUM_SEARCH_LINE) kept.pop();
  return kept;
}

function lineLength(searches: readonly string[]): number {
  return Buffer.byteLength(searches.join(' '));
}

/**
 * What kubelet says when it starts about the file of its node, `path`: not all of it would get into pods, or it cannot be
 * had, for the reason that the Error tells.
 */
export function checkNodeFile(path: string, file: ResolverFile | Error, clusterDomain: string): KubeletEvent[] {
  // Kubelet says only the first fault.
  const fault = file instanceof Error ? `cannot be used: ${file.message}` : excess(file, clusterDomain);
  if (fault === undefined) return [];
  return [{ object: 'node', reason: 'CheckLimitsForResolvConf', message: `Resolv.conf file "${path}" ${fault}` }];
}

function excess({ searches }: ResolverFile, clusterDomain: string): string | undefined {
  const maximum = MAXIMUM_SEARCHES - (clusterDomain === '' ? 0 : CLUSTER_SEARCHES);
  if (searches.length > maximum) return `contains search line consisting of more than ${maximum} domains!`;
  if (searches.some((domain) => Buffer.byteLength(domain) > MAXIMUM_SEARCH))
    return `contains a search path which length is more than allowed ${MAXIMUM_SEARCH} chars!`;
  if (lineLength(searches) > MAXIMUM_SEARCH_LINE)
    return `contains search line which length is more than allowed ${MAXIMUM_SEARCH_LINE} chars!`;
  return undefined;
}
