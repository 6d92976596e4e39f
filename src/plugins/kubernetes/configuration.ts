import type { DomainName } from '../../dns/name.ts';
import type { RequestLimits } from '../../kube/request-limiter.ts';
import type { WatchOptions } from '../../kube/watched-resource.ts';
import type { Report } from '../../plugin-api/options.ts';
import type { Stanza } from '../../plugin-api/stanza.ts';
import type { KubernetesOptions, KubernetesOptionTable } from './options.ts';
import type { AnswerSettings } from './settings.ts';
import { isForward, ServedZone, ServedZones } from './zones.ts';

/** Codes of what can be wrong with options that are right each by itself. */
export const problems = {
  'kubernetes/reverse-zones-only': 'Plugin kubernetes has only reverse zones, so that services have no names.',
  'kubernetes/namespaces-and-labels': 'Options namespaces and namespace_labels exclude each other.',
  'kubernetes/multicluster-zone': 'A zone of option multicluster is not among the zones of plugin kubernetes.',
  'kubernetes/zonal-noendpoints': 'Option zonal needs the endpoints that option noendpoints leaves out.',
} as const;

export type KubernetesStanza = Stanza<readonly (readonly DomainName[])[], KubernetesOptionTable>;

/** What the directive says, checked and ready to use. */
export interface Configuration {
  readonly zones: ServedZones;
  readonly settings: AnswerSettings;
  readonly watch: WatchOptions;
  readonly limits: RequestLimits;
}

/** Reports what does not go together, and then leaves it out. `blockZones` are served when the directive names none. */
export function readConfiguration(
  stanza: KubernetesStanza,
  blockZones: readonly DomainName[],
  report: Report,
): Configuration {
  const values = stanza.options;
  const named = stanza.argument.flat();
  const names = named.length > 0 ? named : blockZones;
  const place = stanza.line.name.place;
  const imported = values.multicluster.flat();
  if (!names.some(isForward)) {
    report({
      code: 'kubernetes/reverse-zones-only',
      message: 'all zones are reverse zones, so that services have no names',
      place,
      hint: 'name the cluster domain too: kubernetes cluster.local in-addr.arpa ip6.arpa',
    });
  }
  if (values.namespaces.length > 0 && values.namespace_labels !== '') {
    report({
      code: 'kubernetes/namespaces-and-labels',
      message: 'namespaces and namespace_labels cannot both be set',
      place: stanza.given.get('namespace_labels')?.name.place ?? place,
      hint: 'keep one of them',
    });
  }
  for (const zone of imported) {
    if (names.some((name) => name.equals(zone))) continue;
    report({
      code: 'kubernetes/multicluster-zone',
      message: `${zone.text} is not among the zones of this plugin`,
      place: stanza.given.get('multicluster')?.name.place ?? place,
      hint: `add it to the line of kubernetes: kubernetes ${[...names, zone].map((name) => name.text).join(' ')}`,
    });
  }
  if (values.zonal && values.noendpoints) {
    report({
      code: 'kubernetes/zonal-noendpoints',
      message: 'zonal needs the endpoints that noendpoints leaves out',
      place: stanza.given.get('zonal')?.name.place ?? place,
      hint: 'remove noendpoints',
    });
  }
  return {
    zones: servedZones(names, imported, values.ttl),
    settings: answerSettings(values),
    watch: {
      labelSelector: values.labels,
      namespaceLabelSelector: values.namespace_labels,
      watchPods: values.pods === 'verified',
      watchEndpointSlices: !values.noendpoints,
      multicluster: imported.length > 0,
    },
    limits: requestLimits(values),
  };
}

// What Kubernetes' client library for Go takes where only one of the two is given.
const USUAL_RATE = 5;
const USUAL_BURST = 10;

/** Zero is as good as nothing, as in that library. */
function requestLimits(values: KubernetesOptions): RequestLimits {
  const { apiserver_qps: rate = 0, apiserver_burst: burst = 0, apiserver_max_inflight: inFlight = 0 } = values;
  return {
    rate: rate === 0 && burst === 0 ? undefined : rate || USUAL_RATE,
    burst: burst || USUAL_BURST,
    inFlight: inFlight || undefined,
  };
}

function servedZones(names: readonly DomainName[], imported: readonly DomainName[], ttl: number): ServedZones {
  const served = names.map((name) => {
    return new ServedZone(name, { isMulticluster: imported.some((zone) => zone.equals(name)), ttl });
  });
  return new ServedZones(
    served,
    served.find(({ name }) => isForward(name)),
  );
}

function answerSettings(values: KubernetesOptions): AnswerSettings {
  return {
    ttl: values.ttl,
    pods: values.pods,
    namespaces: new Set(values.namespaces),
    endpointPodNames: values.endpoint_pod_names,
    ignoreEmptyServices: values.ignore === 'empty_service',
    zonal: values.zonal,
    fallthrough: values.fallthrough,
  };
}
