import type { Registry } from '../metrics/registry.ts';
import type { Reflector } from './reflector.ts';
import { resourceLabel } from './watched-resource.ts';

/**
 * Shows how old the last proof is that what is stored is what the API has: 0 to about 60 s while all is well, because
 * watches get a bookmark each minute. A resource that has not been listed yet has no series. The result ends it.
 */
export function reportAges(metrics: Registry, reflectors: readonly Reflector[]): () => void {
  const gauge = metrics.gauge({
    name: 'clusterfirst_kubernetes_resource_age_seconds',
    help: 'Time since the API server last said something about a watched resource.',
    labels: ['resource'],
  });
  let hasEnded = false;
  // After a reload the new watch's update takes the place of this one.
  metrics.beforeExposition('kubernetes resource ages', () => {
    if (hasEnded) return;
    for (const { resource, age } of reflectors) {
      if (age !== undefined) gauge.set(age, resourceLabel(resource));
    }
  });
  return () => {
    hasEnded = true;
    for (const { resource } of reflectors) gauge.remove(resourceLabel(resource));
  };
}
