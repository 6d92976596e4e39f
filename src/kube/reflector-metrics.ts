import type { Counter } from '../metrics/metric.ts';
import type { Registry } from '../metrics/registry.ts';

/** Why a list was asked for again. `periodic`: nothing was wrong. */
export type RelistReason = 'expired' | 'version_too_large' | 'malformed' | 'periodic';

/** Why a watch was begun again. `ended`: its time was up. */
export type RestartReason = RelistReasonOfWatch | 'ended' | 'cut' | 'silent' | 'refused';
type RelistReasonOfWatch = Exclude<RelistReason, 'periodic'>;

/** Counts what befalls one resource. */
export class ReflectorMetrics {
  readonly #resource: string;
  readonly #relists: Counter;
  readonly #repairs: Counter;
  readonly #restarts: Counter;

  constructor(registry: Registry, resource: string) {
    this.#resource = resource;
    this.#relists = registry.counter({
      name: 'clusterfirst_kubernetes_relists_total',
      help: 'Lists after the first one, by reason.',
      labels: ['resource', 'reason'],
    });
    this.#repairs = registry.counter({
      name: 'clusterfirst_kubernetes_repairs_total',
      help: 'Objects that a periodic list found to differ from what the watch had said.',
      labels: ['resource'],
    });
    this.#restarts = registry.counter({
      name: 'clusterfirst_kubernetes_watch_restarts_total',
      help: 'Watches that ended, by reason.',
      labels: ['resource', 'reason'],
    });
    // Alerts look for growth: the series is there before it grows.
    this.#repairs.series(resource);
  }

  countRelist(reason: RelistReason): void {
    this.#relists.increment(this.#resource, reason);
  }

  countRepairs(objects: number): void {
    this.#repairs.series(this.#resource).value += objects;
  }

  countRestart(reason: RestartReason): void {
    this.#restarts.increment(this.#resource, reason);
  }
}
