import { integer } from '../../plugin-api/kinds.ts';
import { flag, one } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { defaultSettings } from '../../plugin-api/settings.ts';

/** Streams are counted in 32 bits (RFC 9113 §6.5.2). */
const MAXIMUM_STREAMS = 0xffff_ffff;

export const https: Plugin = definePlugin({
  name: 'https',
  summary: 'Limits what `https://` listeners take on.',
  reads: 'question',
  repeatable: true,
  parameters: flag({ summary: 'Has nothing on its own line.' }),
  options: {
    max_connections: one(integer('CONNECTIONS', { minimum: 0 }), {
      initial: defaultSettings.maximumHttpsConnections,
      repeat: 'once',
      summary: 'Connections that are served at a time; further ones wait. 0 for no limit.',
    }),
    max_streams: one(integer('STREAMS', { minimum: 0, maximum: MAXIMUM_STREAMS }), {
      initial: defaultSettings.maximumHttpsStreams,
      repeat: 'once',
      summary: 'Requests in the works on one HTTP/2 connection. 0 for the default.',
    }),
  },
  setup: ([{ options }]) => ({
    settings: {
      maximumHttpsConnections: options.max_connections === 0 ? Infinity : options.max_connections,
      maximumHttpsStreams: options.max_streams === 0 ? defaultSettings.maximumHttpsStreams : options.max_streams,
    },
  }),
});
