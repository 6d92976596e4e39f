/** What is done to a resource, as rights name it. */
export type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch' | 'delete' | 'deletecollection';

/** What a path of the API names. */
export interface ResourcePath {
  /** Empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Undefined for the cluster scope, or for all namespaces. */
  readonly namespace: string | undefined;
  /** Undefined for the group version itself: `/apis/apps/v1`. */
  readonly plural: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}

const GROUP_VERSION = /^\/(?:api\/(v[^/]+)|apis\/([^/]+)\/([^/]+))(?:\/(.*))?$/;

/** Undefined for paths that name no resource: `/version`, `/apis`. */
export function parseResourcePath(path: string): ResourcePath | undefined {
  const match = GROUP_VERSION.exec(path);
  if (match === null) return undefined;
  const [, core, group = '', version = core ?? '', rest = ''] = match;
  const steps = rest
    .split('/')
    .filter((step) => step !== '')
    .map((step) => decodeStep(step));
  const at = { group, version };
  // `namespaces/NAME` is a namespace and its subresources, unless a resource inside it follows.
  const inside = steps[0] === 'namespaces' && steps.length > 2 && !NAMESPACE_SUBRESOURCES.has(steps[2] ?? '');
  const [plural, name, subresource] = inside ? steps.slice(2) : steps;
  return { ...at, namespace: inside ? steps[1] : undefined, plural, name, subresource };
}

const NAMESPACE_SUBRESOURCES: ReadonlySet<string> = new Set(['status', 'finalize']);

function decodeStep(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}
