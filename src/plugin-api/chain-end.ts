import type { NamedInstance } from './context.ts';
import type { PluginInstance } from './plugin.ts';

/** Is `own` the last of the block's plugins that queries pass? To be asked once all of them are set up. */
export function isLastInChain(instances: readonly NamedInstance[], own: PluginInstance): boolean {
  return instances.findLast(({ instance }) => isInChain(instance))?.instance === own;
}

/** Is the plugin one that queries pass? */
export function isInChain({ handle, observe }: PluginInstance): boolean {
  return handle !== undefined || observe !== undefined;
}
