import { none } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';

export const debug: Plugin = definePlugin({
  name: 'debug',
  summary: 'Prints debug lines, and where a panic came from.',
  reads: 'question',
  repeatable: true,
  parameters: none(),
  options: {},
  setup(_stanzas, context) {
    const logger = context.plainLogger;
    return {
      settings: { debug: true },
      start: async () => {
        logger.debugging = true;
      },
      stop: async (reason) => {
        // After a reload the new configuration has said already whether it wants them.
        if (reason === 'shutdown') logger.debugging = false;
      },
    };
  },
});
