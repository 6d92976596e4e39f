import { type BlockSettings, defaultSettings } from '../plugin-api/settings.ts';
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
}

/** A limit is the one of the last block that sets it. */
export function joinSettings(blocks: readonly Block[]): ListenerSettings {
  const settings = blocks.map((block) => block.settings);
  return {
    anyClass: settings.some(({ anyClass }) => anyClass),
    stackTraces: settings.some(({ stackTraces, debug }) => stackTraces || debug),
    limits: {
      readTimeout: lastSet(settings, 'readTimeout'),
      idleTimeout: lastSet(settings, 'idleTimeout'),
      maximumQueries: lastSet(settings, 'maximumQueriesPerConnection'),
    },
    tls: lastSet(settings, 'tls'),
  };
}

function lastSet<Name extends keyof BlockSettings>(
  settings: readonly BlockSettings[],
  name: Name,
): BlockSettings[Name] {
  return settings.findLast((block) => block[name] !== defaultSettings[name])?.[name] ?? defaultSettings[name];
}
