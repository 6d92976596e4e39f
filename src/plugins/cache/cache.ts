import type { BlockContext } from '../../plugin-api/context.ts';
import { definePlugin, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import { CacheMetrics } from './cache-metrics.ts';
import type { Bounds } from './lifetime.ts';
import { line, options, type PartSetting } from './options.ts';
import { ReplyCache, type ReplyCacheOptions } from './reply-cache.ts';

/** Seconds that positive and negative replies are kept at most: CoreDNS's. */
const SUCCESS_MAXIMUM = 3600;
const DENIAL_MAXIMUM = 1800;
/** CoreDNS splits a capacity among 256 shards, each with room for 4 entries at least. */
const SHARDS = 256;
const LEAST_PER_SHARD = 4;

export const cache: Plugin = definePlugin({
  name: 'cache',
  summary: 'Keeps replies of the plugins after it and answers with them.',
  reads: 'question',
  repeatable: false,
  parameters: line,
  options,
  problems: { 'cache/policy': 'serve_stale_policy is given without serve_stale.' },
  setup([stanza], context) {
    const { argument, options: given } = stanza;
    const policy = stanza.given.get('serve_stale_policy');
    if (policy !== undefined && !stanza.given.has('serve_stale')) {
      context.report({
        code: 'cache/policy',
        message: '"serve_stale_policy" has no effect without "serve_stale"',
        place: policy.name.place,
        hint: 'add a line "serve_stale"',
      });
    }
    const zones = argument.zones.length > 0 ? argument.zones : context.block.zones;
    const replies = new ReplyCache({
      zones,
      limits: {
        success: bounds(given.success, argument.maximum ?? SUCCESS_MAXIMUM),
        denial: bounds(given.denial, argument.maximum ?? DENIAL_MAXIMUM),
        failure: given.servfail / 1000,
      },
      capacity: { success: room(given.success), denial: room(given.denial) },
      disabled: given.disable,
      prefetch: given.prefetch,
      stale: given.serve_stale,
      preferPositive: given.serve_stale_policy === 'prefer_positive',
      keepTtl: given.keepttl,
      ...currentPlugins(context.block),
      generations: context.generations,
      clock: context.clock,
      random: context.random,
      logger: context.logger,
      metrics: new CacheMetrics(context.metrics, zones.map((zone) => zone.text).join(',')),
    });
    return {
      handle: (query, next) => replies.handle(query, next),
      keepsReplies: (query) => replies.takes(query),
    };
  },
});

/** What the plugins behind the cache answer by themselves; which they are is known once all of the block are set up. */
function currentPlugins(block: BlockContext): Pick<ReplyCacheOptions, 'answersNow' | 'answersNowSlots'> {
  let known: readonly PluginInstance[] | undefined;
  const behind = (): readonly PluginInstance[] => (known ??= pluginsBehind(block));
  return {
    answersNow(query) {
      for (const plugin of behind()) if (plugin.answersNow?.(query) === true) return true;
      return false;
    },
    answersNowSlots: (query) => behind().flatMap((plugin) => plugin.answersNowSlots?.(query) ?? []),
  };
}

function pluginsBehind(block: BlockContext): readonly PluginInstance[] {
  const all = block.instances();
  const own = all.findIndex(({ name }) => name === 'cache');
  return all.slice(own + 1).flatMap(({ instance }) => (instance.answersNow === undefined ? [] : [instance]));
}

function bounds(setting: PartSetting, maximum: number): Bounds {
  return { maximum: setting.maximum ?? maximum, minimum: setting.minimum };
}

function room(setting: PartSetting): number {
  return SHARDS * Math.max(Math.floor(setting.capacity / SHARDS), LEAST_PER_SHARD);
}
