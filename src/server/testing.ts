import { randomInt } from 'node:crypto';
import { CLASS } from '../dns/codes.ts';
import { decodeMessage } from '../dns/decode.ts';
import { encodeMessage } from '../dns/encode.ts';
import { createMessage, type Message } from '../dns/message.ts';
import { DomainName } from '../dns/name.ts';
import { TXT } from '../dns/records/txt.ts';
import { parseType, typeName } from '../dns/types.ts';
import { Logger } from '../log/logger.ts';
import { Registry } from '../metrics/registry.ts';
import { Generations } from '../plugin-api/generations.ts';
import { systemClock } from '../plugin-api/clock.ts';
import type { Host } from '../plugin-api/context.ts';
import { text } from '../plugin-api/kinds.ts';
import { flag, many, none, one } from '../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../plugin-api/plugin.ts';
import { Later } from '../plugin-api/later.ts';
import { makeReply, mapReply, type Reply } from '../plugin-api/reply.ts';
import { HttpEndpoints } from '../transport/http-endpoints.ts';
import { Connection } from '../transport/upstream/connection.ts';
import { openDatagramLink } from '../transport/upstream/datagram-link.ts';
import { openStreamLink } from '../transport/upstream/stream-link.ts';
import { UdpSockets } from '../transport/udp/udp-sockets.ts';
import type { ServerOptions } from './server.ts';

/** `say WORD [{ later; fail; silent; loud }]`: answers every query with the word as a TXT record. */
export const say: Plugin = definePlugin({
  name: 'say',
  summary: 'Answers with a word.',
  reads: 'question',
  repeatable: false,
  parameters: one(text('WORD'), { initial: '', summary: 'The word.' }),
  options: {
    later: flag({ summary: 'Answers after a while.' }),
    throws: flag({ summary: 'Throws instead.' }),
    spoils: flag({ summary: 'Throws when its answer comes, after a while.' }),
    silent: flag({ summary: 'Does not answer.' }),
    refuses: flag({ summary: 'Cannot start.' }),
    passes: flag({ summary: 'Hands queries on.' }),
    chatty: flag({ summary: 'Prints a debug line when it serves.' }),
    loops: flag({ summary: 'Asks the server the same again.' }),
  },
  setup([{ argument: word, options }], { logger }) {
    return {
      handle(query, next) {
        if (options.throws) throw new Error(`no ${word}`);
        if (options.silent) return null;
        if (options.passes) return next(query);
        if (options.loops) return query.resolve(query, query.question);
        const reply = makeReply(query, {
          authoritative: true,
          answers: [TXT.make(query.question.name, 60, { strings: [word] })],
        });
        if (options.spoils) {
          const later = new Later<Reply | null>();
          setTimeout(() => later.settle(reply), 10);
          return mapReply(later, () => {
            throw new Error(`no more ${word}`);
          });
        }
        if (!options.later) return reply;
        return new Promise((resolve) => setTimeout(() => resolve(reply), 150));
      },
      async start() {
        if (options.refuses) throw new Error(`${word} cannot start`);
        logger.info(`start ${word}`);
      },
      serving() {
        logger.info(`serving ${word}`);
        if (options.chatty) logger.debug(word);
      },
      drain: async () => logger.info(`drain ${word}`),
      stop: async (reason) => logger.info(`stop ${word} for ${reason}`),
    };
  },
});

/** `bind ADDRESS...`, as plugins set it. */
export const bind: Plugin = definePlugin({
  name: 'bind',
  summary: 'Sets addresses.',
  reads: 'question',
  repeatable: false,
  parameters: many(text('ADDRESS'), { initial: [], summary: 'Addresses.' }),
  options: {},
  setup: ([{ argument }]) => ({ settings: { addresses: argument } }),
});

/** A setting, with nothing in the chain. */
export const quiet: Plugin = definePlugin({
  name: 'quiet',
  summary: 'Does nothing.',
  reads: 'question',
  repeatable: false,
  parameters: none(),
  options: {},
  setup: () => ({}),
});

/** `only TYPE`: lets queries of that type into the block. */
export const only: Plugin = definePlugin({
  name: 'only',
  summary: 'Lets queries of one type in.',
  reads: 'question',
  repeatable: false,
  parameters: one(text('TYPE'), { initial: '', summary: 'The type.' }),
  options: {},
  setup: ([{ argument }]) => ({
    settings: { view: { name: `only ${argument}`, admits: ({ question }) => typeName(question.type) === argument } },
  }),
});

/** `verbose`: wants debug lines. */
export const verbose: Plugin = definePlugin({
  name: 'verbose',
  summary: 'Wants debug lines.',
  reads: 'question',
  repeatable: false,
  parameters: none(),
  options: {},
  setup: () => ({ settings: { debug: true } }),
});

/** Options of a server whose Corefile is what `source.text` says at the time. */
export function testOptions(source: { text: string }): {
  readonly options: ServerOptions;
  readonly log: string[];
  readonly metrics: Registry;
} {
  const log: string[] = [];
  const metrics = new Registry();
  const options: ServerOptions = {
    source: async () => ({ text: source.text, file: 'Corefile' }),
    plugins: [bind, quiet, verbose, only, say],
    unsupported: new Set(['geoip']),
    environment: {},
    imports: { absolute: (path) => path, kind: () => undefined, list: () => [], read: () => new Error('no such file') },
    services: {
      logger: Logger.create((line) => log.push(line)),
      metrics,
      generations: new Generations(),
      clock: systemClock,
      random: Math.random,
      http: new HttpEndpoints(),
      udp: new UdpSockets(),
      clusterAccess: () => {
        throw new Error('no cluster');
      },
      workingDirectory: '/',
    },
    version: '0.0.0',
    exclusive: false,
    fail: (line) => log.push(`[FATAL] ${line}`),
    defaultPort: 53,
  };
  return { options, log, metrics };
}

/** Asks a server on loopback. Rejects when there is no answer within `timeout` milliseconds. */
export async function askServer(
  port: number,
  name: string,
  options: {
    readonly type?: string;
    readonly transport?: 'udp' | 'tcp';
    readonly message?: Partial<Message>;
    readonly timeout?: number;
  } = {},
): Promise<Message> {
  const target = { address: '127.0.0.1', port, sourceAddress: undefined, tls: undefined };
  const connection = new Connection(
    (events) =>
      options.transport === 'tcp'
        ? openStreamLink(target, { session: undefined }, events)
        : openDatagramLink(target, events),
    () => randomInt(65_536),
    () => performance.now(),
    () => {},
  );
  const question = { name: DomainName.parse(name), type: parseType(options.type ?? 'TXT') ?? 16, class: CLASS.IN };
  const query = createMessage({ recursionDesired: true, questions: [question], ...options.message });
  try {
    return decodeMessage(await connection.exchange(encodeMessage(query, { compress: false }), options.timeout ?? 2000));
  } finally {
    connection.close();
  }
}

/** The texts that `say` answered with. */
export function wordsOf(message: Message): string[] {
  return message.answers.flatMap((record) => (TXT.is(record) ? [record.data.strings.join('')] : []));
}

/** A host that runs nothing, for configurations that are only built. */
export function idleHost(): Host {
  return {
    version: '0.0.0',
    fingerprint: '',
    readFingerprint: async () => undefined,
    reload: async () => {},
    fail: () => {},
  };
}
