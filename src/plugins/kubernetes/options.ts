import type { DomainName } from '../../dns/name.ts';
import { KubeConfigError, parseServer } from '../../kube/access.ts';
import { parseSelector, printSelector, SelectorError } from '../../kube/selector.ts';
import { fallthroughOption } from '../../plugin-api/fallthrough.ts';
import { decimal, duration, integer, oneOf, text, zones } from '../../plugin-api/kinds.ts';
import {
  Complaint,
  countArguments,
  flag,
  grammar,
  ignoringSurplus,
  type Kind,
  many,
  one,
  type Option,
  optional,
  type ParameterOption,
  readToken,
  retired,
} from '../../plugin-api/options.ts';

/** Zones on the directive's own line; a CIDR stands for several, hence lists of lists. */
export const parameters: ParameterOption<readonly (readonly DomainName[])[]> = many(zones, {
  least: 0,
  initial: [],
  summary: 'The zones to answer for, reverse zones too; without any, those of the server block.',
});

/** Which pods have names: none, every address that is asked for, those that exist. */
export type PodMode = 'disabled' | 'insecure' | 'verified';

/** Files of a client certificate, its key, and the authorities to trust. */
export interface TlsFiles {
  readonly certFile: string;
  readonly keyFile: string;
  readonly caFile: string;
}

/** What the block of the directive says. */
export interface KubernetesOptions {
  readonly endpoint: string | undefined;
  readonly tls: TlsFiles | undefined;
  /** A file and, if there are two, a context. */
  readonly kubeconfig: readonly string[] | undefined;
  readonly apiserver_qps: number | undefined;
  readonly apiserver_burst: number | undefined;
  readonly apiserver_max_inflight: number | undefined;
  readonly namespaces: readonly string[];
  /** A label selector as the API takes it; empty for none. */
  readonly namespace_labels: string;
  readonly labels: string;
  readonly pods: PodMode;
  readonly endpoint_pod_names: boolean;
  /** Seconds. */
  readonly ttl: number;
  readonly noendpoints: boolean;
  readonly fallthrough: readonly (readonly DomainName[])[] | undefined;
  readonly ignore: 'empty_service' | undefined;
  readonly multicluster: readonly (readonly DomainName[])[];
  readonly zonal: boolean;
  /** Milliseconds. */
  readonly startup_timeout: number;
  /** Milliseconds; undefined: data are never too old. */
  readonly unready_after: number | undefined;
  readonly upstream: undefined;
  readonly resyncperiod: undefined;
  readonly transfer: undefined;
}

export type KubernetesOptionTable = { readonly [Name in keyof KubernetesOptions]: Option<KubernetesOptions[Name]> };

/** How each option is written and read. */
export const options: KubernetesOptionTable = {
  endpoint: endpointOption(),
  tls: tlsOption(),
  kubeconfig: many(text('FILE [CONTEXT]'), {
    most: 2,
    initial: undefined,
    summary: 'A kubeconfig file, and the context to use from it; takes precedence over endpoint and tls.',
  }),
  apiserver_qps: one(decimal('QUERIES', { minimum: 0 }), {
    initial: undefined,
    summary: 'Requests a second to the API server, on average; 5 where only apiserver_burst is given.',
  }),
  apiserver_burst: one(integer('QUERIES', { minimum: 0 }), {
    initial: undefined,
    summary: 'Requests that may come at once where apiserver_qps allows fewer; 10 where only that is given.',
  }),
  apiserver_max_inflight: one(integer('QUERIES', { minimum: 0 }), {
    initial: undefined,
    summary: 'Lists under way at the same time; watches do not count once they are up to date.',
  }),
  namespaces: many(text('NAMESPACE'), {
    initial: [],
    repeat: 'add',
    summary: 'Serve only these namespaces.',
  }),
  namespace_labels: selectorOption('Serve only namespaces with these labels.'),
  labels: selectorOption('Use only services, endpoint slices and pods with these labels.'),
  pods: one<PodMode>(oneOf<PodMode>(['disabled', 'insecure', 'verified']), {
    initial: 'disabled',
    summary: 'Names of pods, `1-2-3-4.NAMESPACE.pod.ZONE`: none, for every address, or for those that a pod has.',
  }),
  endpoint_pod_names: flag({
    summary: 'Call endpoints without a host name after their pod in place of their address.',
  }),
  ttl: ignoringSurplus(
    one(integer('SECONDS', { minimum: 0, maximum: 3600 }), {
      initial: 5,
      summary: 'The TTL of answers, at most an hour.',
    }),
  ),
  noendpoints: flag({ summary: 'Do not watch endpoints: no headless services and no names of endpoints.' }),
  fallthrough: fallthroughOption,
  ignore: ignoringSurplus(
    optional(oneOf<'empty_service'>(['empty_service']), {
      bare: undefined,
      initial: undefined,
      summary: '`empty_service`: services without a ready endpoint do not exist.',
    }),
  ),
  multicluster: many(zones, {
    least: 0,
    initial: [],
    summary: 'Zones, among those of the plugin, that hold the imported services of a cluster set.',
  }),
  zonal: flag({
    summary: 'Serve `TOPOLOGYZONE.pin._zone.SERVICE…` and `TOPOLOGYZONE.prefer._zone.SERVICE…` of headless services.',
  }),
  startup_timeout: ignoringSurplus(
    one(duration(), { initial: 5000, summary: 'How long the start waits for the first lists of the API.' }),
  ),
  unready_after: one(duration(), {
    initial: undefined,
    summary:
      'Plugin ready with `monitor continuously` says no once nothing has shown for so long that the data are current.',
  }),
  upstream: retired({
    summary: 'Where targets of ExternalName services were resolved.',
    instead: 'remove the line: targets of ExternalName services are resolved by the server itself, see plugin forward',
  }),
  resyncperiod: retired({
    summary: 'How often everything was listed again.',
    instead: 'remove the line: watches are kept up to date without it',
  }),
  transfer: retired({
    summary: 'Who might transfer the zones.',
    instead: 'write a transfer directive beside kubernetes in place of this line: transfer { to ADDRESS }',
  }),
};

function endpointOption(): Option<string | undefined> {
  return grammar<string | undefined>({
    usage: 'URL',
    summary: 'The API server; without endpoint and kubeconfig, the one of the cluster that this pod runs in.',
    initial: undefined,
    read(line, previous, report) {
      if (!countArguments(line, 1, Infinity, 'URL', report)) return previous;
      const [first, second] = line.arguments;
      if (second !== undefined) {
        report({
          severity: 'warning',
          code: 'option/retired',
          message: `several endpoints are not supported any more, only "${first?.text ?? ''}" is used`,
          place: second.place,
          hint: 'write one URL; put a load balancer before several API servers',
        });
      }
      return readToken(apiServer, first, report) ?? previous;
    },
  });
}

const apiServer: Kind<string> = {
  word: 'URL',
  read(given) {
    try {
      parseServer(given, 'http', 'endpoint');
      return given;
    } catch (error) {
      if (!(error instanceof KubeConfigError)) throw error;
      return new Complaint(`"${given}" is not the URL of an API server`, 'write https://HOST:PORT');
    }
  },
};

function tlsOption(): Option<TlsFiles | undefined> {
  return grammar<TlsFiles | undefined>({
    usage: 'CERT KEY CACERT',
    summary: 'Client certificate, its key, and the authority that signed the certificate of the endpoint.',
    initial: undefined,
    read(line, previous, report) {
      if (!countArguments(line, 3, 3, 'CERT KEY CACERT', report)) return previous;
      const [certFile = '', keyFile = '', caFile = ''] = line.arguments.map((token) => token.text);
      return { certFile, keyFile, caFile };
    },
  });
}

/** A label selector; its value is as the API takes it, empty for none. */
function selectorOption(summary: string): Option<string> {
  return grammar<string>({
    usage: 'SELECTOR',
    summary,
    initial: '',
    read(line, previous, report) {
      if (!countArguments(line, 1, Infinity, 'SELECTOR', report)) return previous;
      const given = line.arguments.map((token) => token.text).join(' ');
      const selector = readSelector(given);
      if (!(selector instanceof Complaint)) return selector;
      report({
        code: 'option/value',
        message: selector.message,
        place: line.arguments[0]?.place ?? line.name.place,
        hint: 'write a label selector, as in: app=web, tier in (front, back)',
      });
      return previous;
    },
  });
}

function readSelector(given: string): string | Complaint {
  try {
    return printSelector(parseSelector(given));
  } catch (error) {
    if (!(error instanceof SelectorError)) throw error;
    return new Complaint(`"${given}" is not a label selector: ${error.message}`);
  }
}
