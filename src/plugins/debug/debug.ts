import { none } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';

export const debug: Plugin = definePlugin({
  name: 'debug',
  summary: 'Prints debug lines, and where a panic came from.',
  reads: 'question',
  repeatable: true,
  parameters: none(),
  options: {},
  setup: () => ({ settings: { debug: true } }),
});
