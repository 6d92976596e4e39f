import { type BlockSettings, defaultSettings } from '../plugin-api/settings.ts';
import type { DohLimits } from '../transport/https/doh-limits.ts';
import type { StreamLimits } from '../transport/stream/message-connection.ts';
import type { ServerTls } from '../transport/stream/tls-acceptor.ts';
import type { Block } from './block.ts';

/** What the blocks behind one listener want of it together. */
export interface ListenerSettings {
  /** Some block answers classes other than IN; each of them has to let them in. */
  readonly anyClass: boolean;
  /** Say in the log where a panic came from. */
  readonly stackTraces: boolean;
  readonly limits: StreamLimits;
  /** Undefined: no TLS, whatever the transport is called. */
  readonly tls: (() => ServerTls) | undefined;
  /** For `https` listeners. */
  readonly https: DohLimits;
  /** Sockets for datagrams, each with a thread: of the first block, whatever it says. */
  readonly sockets: number;
}

/** A limit is the one of the last block that sets it, but those of plugin `https` are of the first one, as in CoreDNS. */
export function joinSettings(blocks: readonly Block[]): ListenerSettings {
  const settings = blocks.map((block) => block.settings);
  const readTimeout = lastSet(settings, 'readTimeout');
  const idleTimeout = lastSet(settings, 'idleTimeout');
  return {
    anyClass: settings.some(({ anyClass }) => anyClass),
    stackTraces: settings.some(({ stackTraces, debug }) => stackTraces || debug),
    limits: {
      readTimeout,
      idleTimeout,
      maximumQueries: lastSet(settings, 'maximumQueriesPerConnection'),
    },
    tls: lastSet(settings, 'tls'),
    https: {
      readTimeout,
      idleTimeout,
      writeTimeout: lastSet(settings, 'writeTimeout'),
      maximumConnections: firstSet(settings, 'maximumHttpsConnections'),
      maximumStreams: firstSet(settings, 'maximumHttpsStreams'),
    },
    sockets: settings[0]?.sockets ?? defaultSettings.sockets,
  };
}

function lastSet<Name extends keyof BlockSettings>(
  settings: readonly BlockSettings[],
  name: Name,
): BlockSettings[Name] {
  return firstSet(settings.toReversed(), name);
}

function firstSet<Name extends keyof BlockSettings>(
  settings: readonly BlockSettings[],
  name: Name,
): BlockSettings[Name] {
  return settings.find((block) => block[name] !== defaultSettings[name])?.[name] ?? defaultSettings[name];
}
