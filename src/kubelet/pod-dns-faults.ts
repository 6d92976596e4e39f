import { isIP } from 'node:net';
import type { PodDNS } from './pod-resolver-file.ts';

/** Why the API server refuses a pod. */
export interface PodFault {
  /** Of the pod's spec: `dnsConfig.nameservers`. */
  readonly field: string;
  readonly message: string;
}

const POLICIES: readonly string[] = ['ClusterFirst', 'ClusterFirstWithHostNet', 'Default', 'None'];
/** Limits of the API's validation; kubelet has the same for what comes out. */
const MAXIMUM_NAMESERVERS = 3;
const MAXIMUM_SEARCHES = 32;
const MAXIMUM_SEARCH_LINE = 2048;
/** RFC 1035 §2.3.4 */
const MAXIMUM_DOMAIN = 253;
/** DNS-1123 subdomain, with the underscores of the relaxed search validation. */
const DOMAIN = /^[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?(\.[a-z0-9_]([-a-z0-9_]*[a-z0-9_])?)*$/;

/** What of a pod's DNS the API server would refuse, so that no kubelet ever sees it. */
export function podDNSFaults({ dnsPolicy, dnsConfig }: PodDNS): readonly PodFault[] {
  const faults: PodFault[] = [];
  if (!POLICIES.includes(dnsPolicy)) {
    faults.push({ field: 'dnsPolicy', message: `"${dnsPolicy}" is no dnsPolicy: write one of ${POLICIES.join(', ')}` });
  }
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    faults.push({
      field: dnsConfig === undefined ? 'dnsPolicy' : 'dnsConfig',
      message: 'dnsPolicy None needs at least one address in dnsConfig.nameservers',
    });
  }
  if (nameservers.length > MAXIMUM_NAMESERVERS) {
    faults.push({ field: 'dnsConfig.nameservers', message: `there are more than ${MAXIMUM_NAMESERVERS} nameservers` });
  }
  for (const [i, address] of nameservers.entries()) {
    if (isIP(address) === 0)
      faults.push({ field: `dnsConfig.nameservers.${i}`, message: `"${address}" is no IP address` });
  }
  if (searches.length > MAXIMUM_SEARCHES) {
    faults.push({ field: 'dnsConfig.searches', message: `there are more than ${MAXIMUM_SEARCHES} searches` });
  }
  if (searches.join(' ').length > MAXIMUM_SEARCH_LINE) {
    faults.push({
      field: 'dnsConfig.searches',
      message: `the searches have more than ${MAXIMUM_SEARCH_LINE} characters together`,
    });
  }
  for (const [i, domain] of searches.entries()) {
    if (!isSearch(domain))
      faults.push({ field: `dnsConfig.searches.${i}`, message: `"${domain}" is no domain to search` });
  }
  for (const [i, { name }] of options.entries()) {
    if (name === '') faults.push({ field: `dnsConfig.options.${i}`, message: 'an option has no name' });
  }
  return faults;
}

function isSearch(text: string): boolean {
  const domain = text.replace(/\.$/, '');
  return text === '.' || (domain.length <= MAXIMUM_DOMAIN && DOMAIN.test(domain));
}
