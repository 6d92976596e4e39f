import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { KubeletEvent } from '../../src/kubelet/kubelet-event.ts';
import { type PodDNSConfig, podResolverFile } from '../../src/kubelet/pod-resolver-file.ts';
import { parseResolverFile, type ResolverFile, ResolverFileError } from '../../src/kubelet/resolver-file.ts';
import { checkNodeFile } from '../../src/kubelet/resolver-limits.ts';
import { VECTORS } from './case.ts';

interface Input {
  readonly resolv_conf: string | null;
  readonly missing?: boolean;
  readonly cluster_dns: readonly string[];
  readonly cluster_domain: string;
  readonly node_ips?: readonly string[];
  readonly namespace: string;
  readonly dns_policy: string;
  readonly host_network?: boolean;
  readonly dns_config?: {
    readonly nameservers?: readonly string[];
    readonly searches?: readonly string[];
    readonly options?: readonly { readonly name: string; readonly value?: string }[];
  };
  readonly check_limits?: boolean;
}

interface Output {
  readonly nameservers?: readonly string[];
  readonly searches?: readonly string[];
  readonly options?: readonly string[];
  readonly events?: readonly string[];
  readonly error?: string;
}

interface Vectors {
  readonly name: string;
  readonly cases: readonly { readonly about: string; readonly input: Input; readonly output: Output }[];
}

const folder = join(VECTORS, 'resolvconf');
const files = readdirSync(folder).filter((name) => name.endsWith('.json'));

describe.each(files)('resolvconf/%s', (file) => {
  const { cases }: Vectors = JSON.parse(readFileSync(join(folder, file), 'utf8'));

  it.each(cases.map((vector): [string, Input, Output] => [vector.about, vector.input, vector.output]))(
    '%s',
    (_, input, output) => {
      const expected = output.error === undefined ? { events: [], ...output } : { error: true };
      expect(input.check_limits === true ? nodeCheck(input) : podFile(input)).toEqual(expected);
    },
  );
});

function podFile(input: Input): object {
  const resolvConf = nodeFile(input);
  if (resolvConf instanceof Error) return { error: true };
  const { file, events } = podResolverFile(
    {
      namespace: input.namespace,
      dnsPolicy: input.dns_policy,
      hostNetwork: input.host_network ?? false,
      dnsConfig: configOf(input.dns_config),
    },
    {
      clusterDNS: input.cluster_dns,
      clusterDomain: input.cluster_domain,
      resolvConf,
      nodeAddresses: input.node_ips ?? [],
    },
  );
  return { ...file, options: file.options.toSorted(), events: events.map(printEvent) };
}

function configOf(config: Input['dns_config']): PodDNSConfig | undefined {
  if (config === undefined) return undefined;
  const { nameservers = [], searches = [], options = [] } = config;
  return { nameservers, searches, options: options.map(({ name, value = '' }) => ({ name, value })) };
}

function nodeCheck(input: Input): object {
  const file = nodeFile(input);
  if (file === undefined) throw new TypeError('there is no file to check');
  const events = checkNodeFile('/etc/resolv.conf', file, input.cluster_domain);
  return { nameservers: [], searches: [], options: [], events: events.map(printEvent) };
}

function nodeFile({ resolv_conf: text, missing }: Input): ResolverFile | Error | undefined {
  if (missing === true) return new Error('no such file');
  try {
    return text === null ? undefined : parseResolverFile(text);
  } catch (error) {
    if (error instanceof ResolverFileError) return error;
    throw error;
  }
}

function printEvent({ reason }: KubeletEvent): string {
  return `Warning ${reason}`;
}
