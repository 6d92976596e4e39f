import { none } from '../../plugin-api/options.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { definePlugin, type Plugin, type PluginInstance } from '../../plugin-api/plugin.ts';
import { CLASS } from '../../dns/codes.ts';
import { encodeMessage } from '../../dns/encode.ts';
import { createMessage } from '../../dns/message.ts';
import { DomainName, NameSyntaxError } from '../../dns/name.ts';
import { TYPE } from '../../dns/types.ts';
import { endpointText } from '../../transport/endpoint.ts';
import { ask } from './ask.ts';

/** A query that comes back has passed here twice; CoreDNS allows for one more. */
const PASSES_OF_A_LOOP = 3;
/** The upstream may not be up yet: the question is repeated, at this interval and for this long. Milliseconds. */
const RETRY_INTERVAL = 1000;
const RETRY_TIME = 30_000;
/** How long one question may take, and how long late copies of it are still looked for. Milliseconds. */
const ANSWER_TIMEOUT = 2000;
const WATCH_TIME = 2000;

export const loop: Plugin = definePlugin({
  name: 'loop',
  summary: 'Finds out at the start whether forwarded queries come back to this server, and ends it if they do.',
  reads: 'question',
  repeatable: false,
  parameters: none(),
  options: {},
  setup: (_stanzas, context) => setUp(context),
});

function setUp(context: SetupContext): PluginInstance {
  const zone = context.block.zones[0] ?? DomainName.root;
  const name = probeName(zone, context.random);
  if (name === undefined) return {};
  let watching = false;
  let passes = 0;
  let timer: NodeJS.Timeout | undefined;
  const stopping = new AbortController();

  const probe = async (giveUp: number): Promise<void> => {
    const [listener] = context.block.listeners();
    if (listener === undefined) return;
    watching = true;
    try {
      await ask(probeQuery(name), listener, ANSWER_TIMEOUT, stopping.signal);
      if (!stopping.signal.aborted) timer = setTimeout(() => (watching = false), WATCH_TIME);
    } catch {
      if (stopping.signal.aborted) return;
      passes = 0;
      watching = context.clock.monotonic() < giveUp;
      if (watching) timer = setTimeout(() => void probe(giveUp), RETRY_INTERVAL);
    }
  };

  return {
    handle(query, next) {
      if (watching && query.question.type === TYPE.HINFO && query.question.name.equals(name)) {
        passes++;
        if (passes === PASSES_OF_A_LOOP) {
          const [listener] = context.block.listeners();
          const from = endpointText(query.client.address, query.client.port);
          const to = endpointText(listener?.address, listener?.port ?? query.local.port);
          context.host.fail(
            `plugin/loop: Loop (${from} -> ${to}) detected for zone "${zone.text}", ` +
              `see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO ${name.text}"`,
          );
        }
      }
      return next(query);
    },
    serving() {
      void probe(context.clock.monotonic() + RETRY_TIME);
    },
    async stop() {
      watching = false;
      clearTimeout(timer);
      stopping.abort();
    },
  };
}

/** A name that nobody else asks for, two numbers below the zone; undefined if that would be too long a name. */
function probeName(zone: DomainName, random: () => number): DomainName | undefined {
  const number = (): string => String(Math.floor(random() * Number.MAX_SAFE_INTEGER));
  try {
    return zone.prepend(`${number()}.${number()}`);
  } catch (error) {
    if (error instanceof NameSyntaxError) return undefined;
    throw error;
  }
}

function probeQuery(name: DomainName): Uint8Array {
  const question = { name, type: TYPE.HINFO, class: CLASS.IN };
  return encodeMessage(createMessage({ recursionDesired: true, questions: [question] }), { compress: false });
}
