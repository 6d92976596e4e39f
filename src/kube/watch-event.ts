import { ApiError } from './api-error.ts';
import type { IsStored } from './decoded-object.ts';
import { isJsonObject } from './json.ts';

/** The annotation of the bookmark that ends the first part of a streamed list. */
export const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

/** Of an object that is gone only the name matters. */
export const NAME_ONLY: IsStored = () => true;

/** The error of an ERROR event, from its Status in JSON form. */
export function toApiError(status: unknown): ApiError {
  const code = isJsonObject(status) ? status['code'] : undefined;
  return new ApiError(typeof code === 'number' && code > 0 ? code : 500, status);
}
