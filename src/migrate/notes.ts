import type { Draft } from './draft.ts';
import type { Version } from './versions.ts';

/** What an upgrade changes although the Corefile stays the same. */
interface Note {
  readonly since: Version;
  readonly plugin: string;
  readonly what: string;
  readonly why: string;
}

const NOTES: readonly Note[] = [
  {
    since: '1.2.0',
    plugin: 'etcd',
    what: 'etcd has to be version 3',
    why: 'keys in the store of etcd 2 are not read any more',
  },
  {
    since: '1.7.0',
    plugin: 'prometheus',
    what: 'metrics have other names: look at dashboards and alerts',
    why: 'coredns_dns_request_count_total is coredns_dns_requests_total, coredns_panic_count_total is coredns_panics_total, and so on',
  },
  {
    since: '1.8.1',
    plugin: 'kubernetes',
    what: 'the ClusterRole of the server needs list and watch of endpointslices in discovery.k8s.io',
    why: 'EndpointSlices are watched in place of Endpoints',
  },
  {
    since: '1.9.0',
    plugin: 'kubernetes',
    what: 'names with a wildcard, such as *.default.svc.cluster.local, are not answered any more',
    why: 'headless Services and SRV records say which endpoints there are',
  },
  {
    since: '1.9.2',
    plugin: 'route53',
    what: 'aws_access_key is deprecated',
    why: 'it still works; the environment, a credentials file or the role of the machine are better places for a key',
  },
];

export function addNotes(draft: Draft): void {
  for (const { since, plugin, what, why } of NOTES) {
    if (!draft.span.crosses(since)) continue;
    const found = draft
      .directives(plugin)
      .find(({ line }) => plugin !== 'route53' || draft.options(line, 'aws_access_key').length > 0);
    if (found !== undefined) draft.note(found.line.name, { what, why, version: since });
  }
}
