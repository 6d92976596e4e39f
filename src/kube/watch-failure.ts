import { ApiError } from './api-error.ts';
import { ANY_VERSION, LATEST_VERSION } from './api-queries.ts';
import { WireError } from './frames.ts';
import type { RelistReason, RestartReason } from './reflector-metrics.ts';
import { TransportError } from './transport-error.ts';

/** A watch that was accepted, and ended at once without a word. */
export class ShortWatchError extends Error {
  override readonly name = 'ShortWatchError';

  constructor() {
    super('very short watch: the server ended it at once without an event');
  }
}

/** How to go on after a watch that failed. */
export interface WatchFailure {
  readonly reason: RestartReason;
  /** A list is needed, for this reason and at least as new as this version. */
  readonly relist?: { readonly reason: RelistReason; readonly version: string };
  /** Once it may be tried again without a wait: nothing says that the server is in trouble. */
  readonly isHarmless: boolean;
}

/** `hadEvents`: it had worked before. `version`: where it stood. */
export function judgeWatchFailure(error: unknown, hadEvents: boolean, version: string | undefined): WatchFailure {
  if (error instanceof ApiError) {
    // What came after the version is forgotten: only a list, at least as new as what is stored, closes the gap.
    if (error.isExpired) {
      return { reason: 'expired', relist: { reason: 'expired', version: version ?? ANY_VERSION }, isHarmless: true };
    }
    // A version that the server has not reached yet may never come: its data may be restored from a backup.
    if (error.isTooLargeVersion) {
      const reason = 'version_too_large';
      return { reason, relist: { reason, version: LATEST_VERSION }, isHarmless: true };
    }
    return { reason: 'refused', isHarmless: false };
  }
  // The same watch would bring the same octets again: a list leads past them.
  if (error instanceof WireError) {
    const reason = 'malformed';
    return { reason, relist: { reason, version: LATEST_VERSION }, isHarmless: false };
  }
  const reason = error instanceof TransportError && error.code === 'ETIMEDOUT' ? 'silent' : 'cut';
  return { reason, isHarmless: error instanceof TransportError && hadEvents };
}
