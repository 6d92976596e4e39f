import { availableParallelism } from 'node:os';
import { integer } from '../../plugin-api/kinds.ts';
import { optional } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';

/** CoreDNS's. */
const MAXIMUM = 1024;

export const multisocket: Plugin = definePlugin({
  name: 'multisocket',
  summary:
    'Opens several UDP sockets on each address, with a thread for each, so that more than one processor answers.',
  reads: 'question',
  repeatable: false,
  parameters: optional(integer('COUNT', { minimum: 1, maximum: MAXIMUM }), {
    bare: undefined,
    initial: undefined,
    summary: 'How many sockets; as many as there are processors unless given.',
  }),
  options: {},
  setup: ([{ argument }]) => ({ settings: { sockets: argument ?? Math.min(availableParallelism(), MAXIMUM) } }),
});
