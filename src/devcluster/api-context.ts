import type { Logger } from '../log/logger.ts';
import type { Clock } from './clock.ts';
import type { FaultState } from './fault-state.ts';
import type { AppliedConfigurations } from './patch/applied-configurations.ts';
import type { Catalogue } from './resources/catalogue.ts';
import type { Storage } from './storage.ts';
import type { Writer } from './writer.ts';

/** What the handlers work with. */
export interface ApiContext {
  readonly storage: Storage;
  readonly catalogue: Catalogue;
  readonly writer: Writer;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly faults: FaultState;
  readonly applied: AppliedConfigurations;
}
