import type { DomainName } from '../../dns/name.ts';
import type { PodMode } from './options.ts';

/** How names are answered: what the directive says, checked. */
export interface AnswerSettings {
  /** Seconds. */
  readonly ttl: number;
  readonly pods: PodMode;
  /** Empty for all. */
  readonly namespaces: ReadonlySet<string>;
  readonly endpointPodNames: boolean;
  /** Services without a ready endpoint do not exist. */
  readonly ignoreEmptyServices: boolean;
  readonly zonal: boolean;
  readonly fallthrough: readonly (readonly DomainName[])[] | undefined;
}
