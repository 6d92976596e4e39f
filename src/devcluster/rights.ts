import type { ResourcePath } from './request.ts';
import { forbidden, unauthorized } from './status.ts';

/** Who asks, and what they may do. */
export interface User {
  readonly name: string;
  /** `plural.group` → may this be listed and watched? `all`: everything may be done. */
  readonly may: 'all' | readonly string[];
}

const READ = ['services.', 'pods.', 'namespaces.', 'endpoints.'];

/** The accounts of a cluster with token authentication, by their tokens. */
export const ACCOUNTS: Readonly<Record<string, User>> = {
  'admin-token': { name: 'admin', may: 'all' },
  'reader-token': { name: 'reader', may: [...READ, 'endpointslices.discovery.k8s.io'] },
  'no-slices-token': { name: 'no-slices', may: READ },
  'nobody-token': { name: 'nobody', may: [] },
};

/** Who asks over plain http without a token. */
const LOCAL_USER: User = { name: 'admin', may: 'all' };
const ANONYMOUS: User = { name: 'system:anonymous', may: [] };

/** Throws Unauthorized for a token that nobody has. */
export function authenticate(authorization: string | undefined, encrypted: boolean): User {
  if (authorization === undefined) return encrypted ? ANONYMOUS : LOCAL_USER;
  const token = /^bearer +(.*)$/i.exec(authorization)?.[1] ?? '';
  const user = Object.hasOwn(ACCOUNTS, token) ? ACCOUNTS[token] : undefined;
  if (user === undefined) throw unauthorized();
  return user;
}

/** Throws Forbidden when the user lacks the right. */
export function authorize(user: User, verb: string, path: ResourcePath): void {
  if (user.may === 'all' || path.plural === undefined) return;
  const reading = verb === 'list' || verb === 'watch';
  if (reading && path.subresource === undefined && user.may.includes(`${path.plural}.${path.group}`)) return;
  const resource = path.subresource === undefined ? path.plural : `${path.plural}/${path.subresource}`;
  const scope = path.namespace === undefined ? 'at the cluster scope' : `in the namespace "${path.namespace}"`;
  throw forbidden(
    { group: path.group, plural: path.plural },
    path.name ?? '',
    `User "${user.name}" cannot ${verb} resource "${resource}" in API group "${path.group}" ${scope}`,
  );
}
