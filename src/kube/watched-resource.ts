import { IMPORTED_SERVICE_LABEL } from './make-resource.ts';
import type { ResourceKind } from './resources.ts';

/** One resource of the API that is listed and watched over all namespaces. */
export interface WatchedResource {
  readonly kind: ResourceKind;
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** As in the path and in RBAC rules: `services`. */
  readonly plural: string;
  /** As log lines of CoreDNS name it: `*v1.Service`. */
  readonly logName: string;
  /** Empty: all objects. */
  readonly labelSelector: string;
  /** Empty: all objects. */
  readonly fieldSelector: string;
}

export interface WatchOptions {
  /** For Services, EndpointSlices and Pods; empty: all. */
  readonly labelSelector: string;
  /** For Namespaces and, as in CoreDNS, for ServiceImports; empty: all. */
  readonly namespaceLabelSelector: string;
  readonly watchPods: boolean;
  readonly watchEndpointSlices: boolean;
  readonly multicluster: boolean;
}

// Finished pods have given their addresses back.
const UNFINISHED = 'status.phase!=Succeeded,status.phase!=Failed,status.phase!=Unknown';

/** What has to be watched to answer with these options. */
export function watchedResources(options: WatchOptions): WatchedResource[] {
  const { labelSelector, namespaceLabelSelector } = options;
  const core = { group: '', version: 'v1', fieldSelector: '' };
  const slices = { group: 'discovery.k8s.io', version: 'v1', plural: 'endpointslices', logName: '*v1.EndpointSlice' };
  const resources: WatchedResource[] = [
    { ...core, kind: 'Service', plural: 'services', logName: '*v1.Service', labelSelector },
    {
      ...core,
      kind: 'Namespace',
      plural: 'namespaces',
      logName: '*v1.Namespace',
      labelSelector: namespaceLabelSelector,
    },
  ];
  if (options.watchEndpointSlices) {
    resources.push({ ...slices, kind: 'EndpointSlice', labelSelector, fieldSelector: '' });
  }
  if (options.watchPods) {
    resources.push({
      ...core,
      kind: 'Pod',
      plural: 'pods',
      logName: '*v1.Pod',
      labelSelector,
      fieldSelector: UNFINISHED,
    });
  }
  if (options.multicluster) {
    resources.push(
      {
        kind: 'ServiceImport',
        group: 'multicluster.x-k8s.io',
        version: 'v1alpha1',
        plural: 'serviceimports',
        logName: '*v1alpha1.ServiceImport',
        labelSelector: namespaceLabelSelector,
        fieldSelector: '',
      },
      {
        ...slices,
        kind: 'ImportedSlice',
        labelSelector: [labelSelector, IMPORTED_SERVICE_LABEL].filter((part) => part !== '').join(','),
        fieldSelector: '',
      },
    );
  }
  return resources;
}

/** `/api/v1/services`, `/apis/discovery.k8s.io/v1/endpointslices` */
export function resourcePath(resource: WatchedResource): string {
  const { group, version, plural } = resource;
  return group === '' ? `/api/${version}/${plural}` : `/apis/${group}/${version}/${plural}`;
}

/** As API messages name it: `services`, `endpointslices.discovery.k8s.io`. */
export function resourceName(resource: WatchedResource): string {
  return resource.group === '' ? resource.plural : `${resource.plural}.${resource.group}`;
}

/** As metrics name it: `services`; slices that are watched besides for multi-cluster names are `importedslices`. */
export function resourceLabel(resource: WatchedResource): string {
  return resource.kind === 'ImportedSlice' ? 'importedslices' : resource.plural;
}
