import type { Change } from '../storage.ts';

/** Brings one part of the cluster to where its objects say it should be. */
export interface Controller {
  /** Which keys a change concerns. */
  readonly keysOf: (change: Change) => readonly string[];
  /** Must do nothing when all is as it should be. */
  readonly reconcile: (key: string) => void;
}

/** `namespace/name` in two; an empty namespace for the cluster scope. */
export function splitKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return slash < 0 ? { namespace: '', name: key } : { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
