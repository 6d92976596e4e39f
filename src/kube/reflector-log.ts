import type { Logger } from '../log/logger.ts';
import { ApiError } from './api-error.ts';
import type { DecodedObject } from './decoded-object.ts';
import { TransportError } from './transport-error.ts';
import { resourceName, type WatchedResource } from './watched-resource.ts';

/** What was tried, as in `failed to list *v1.Service`. */
export type Attempt = 'list' | 'watch';

// Far more broken objects than an operator reads about; at about 100 bytes each.
const MAXIMUM_SKIPPED = 1000;

/**
 * Says once what keeps a resource from being watched, again when the reason changes, and that it is over. The lines
 * look like those of CoreDNS; a missing right or resource is named, because nothing else would tell the operator.
 */
export class ReflectorLog {
  readonly #resource: WatchedResource;
  readonly #logger: Logger;
  readonly #skipped = new Set<string>();
  #lastReason = '';

  constructor(resource: WatchedResource, logger: Logger) {
    this.#resource = resource;
    this.#logger = logger;
  }

  failed(attempt: Attempt, error: unknown): void {
    const reason = `${attempt} ${reasonOf(error)}`;
    if (reason === this.#lastReason) return;
    this.#lastReason = reason;
    const message = error instanceof Error ? error.message : String(error);
    const text = `failed to ${attempt} ${this.#resource.logName}: ${message}${this.#advice(error)}`;
    this.#logger.error(`Failed to watch: ${text}`);
  }

  /** A watch that worked has broken off; it is taken up again without a wait. */
  brokeOff(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#logger.info(`Warning: watch ended with error: ${this.#resource.logName}: ${message}`);
  }

  /** The comparison with the API failed; the watch goes on. */
  notVerified(error: unknown): void {
    const message = error instanceof Error ? error.message : String(error);
    this.#logger.info(`Warning: could not compare ${this.#resource.logName} with the API: ${message}`);
  }

  /** The comparison with the API found objects of which the watch had told something else, or nothing. */
  repaired(objects: number): void {
    const what = `${objects} ${this.#resource.logName} that the watch had missed`;
    this.#logger.warning(`repaired ${what}; if this goes on, look for what is between here and the API server`);
  }

  succeeded(): void {
    if (this.#lastReason === '') return;
    this.#lastReason = '';
    this.#logger.info(`watching ${this.#resource.logName} again`);
  }

  /** An object that cannot be used; once for each version of it, because lists come again and again. */
  skipped(item: DecodedObject): void {
    const name = [item.namespace, item.name || '(no name)'].filter((part) => part !== '').join('/');
    const key = `${name} ${item.resourceVersion} ${item.problem}`;
    if (this.#skipped.has(key)) return;
    if (this.#skipped.size >= MAXIMUM_SKIPPED) this.#skipped.clear();
    this.#skipped.add(key);
    this.#logger.warning(`skipping ${this.#resource.logName} ${name}: ${item.problem}`);
  }

  /** An event of a type that is not known. */
  skippedEvent(type: string): void {
    this.#logger.warning(`skipping an event of unknown type ${type} for ${this.#resource.logName}`);
  }

  #advice(error: unknown): string {
    if (!(error instanceof ApiError)) return '';
    const { group, version } = this.#resource;
    const name = resourceName(this.#resource);
    switch (error.status) {
      case 401:
        return '; check the token or client certificate, which the API server does not accept';
      case 403: {
        const where = group === '' ? 'the core API group' : `API group ${group}`;
        return `; grant list and watch on ${this.#resource.plural} in ${where} with a ClusterRole`;
      }
      case 404:
        return `; this cluster has no ${name} in version ${version}: install its CustomResourceDefinition or do not use it`;
      default:
        return '';
    }
  }
}

/** Equal for failures that need no second line: URLs in messages differ from one try to the next. */
function reasonOf(error: unknown): string {
  if (error instanceof ApiError) return `${error.status} ${error.reason}`;
  if (error instanceof TransportError && error.code !== '') return error.code;
  return error instanceof Error ? error.message : String(error);
}
