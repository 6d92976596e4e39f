import type { Place } from '../corefile/place.ts';
import type { DomainName } from '../dns/name.ts';
import type { ApiAccess } from '../kube/access.ts';
import type { Logger } from '../log/logger.ts';
import type { Registry } from '../metrics/registry.ts';
import type { HttpEndpoints } from '../transport/http-endpoints.ts';
import type { Clock } from './clock.ts';
import type { Generations } from './generations.ts';
import type { Report } from './options.ts';
import type { PluginInstance, Reads } from './plugin.ts';
import type { BlockSettings } from './settings.ts';

/** An instance and where it stands. */
export interface NamedInstance {
  readonly name: string;
  /** What its answers may depend on; everything unless it is said. */
  readonly reads?: Reads;
  readonly instance: PluginInstance;
}

/** The server block that a plugin is set up in. */
export interface BlockContext {
  /** All zones of the block's keys, CIDR keys expanded: what plugins without zones of their own serve. */
  readonly zones: readonly DomainName[];
  /** Labels of the block's listeners, `dns://:53`; complete once every plugin of the block is set up. */
  readonly servers: () => readonly string[];
  /** Addresses and ports on which plain DNS queries reach the block; complete as `servers` is. */
  readonly listeners: () => readonly { readonly address: string | undefined; readonly port: number }[];
  /** What plugins before this one, in the order of the chain, have set. */
  readonly settings: BlockSettings;
  /** The block's plugins in the order of the chain; complete once every plugin of the block is set up. */
  readonly instances: () => readonly NamedInstance[];
}

/** The process or embedder that runs the server. */
export interface Host {
  /** The version of this product: `0.1.0`. */
  readonly version: string;
  /** SHA-512 of the running configuration's parsed form, in hexadecimal. */
  readonly fingerprint: string;
  /** Reads the configuration anew; undefined when it cannot be read just now. */
  readonly readFingerprint: () => Promise<{ readonly fingerprint: string } | { readonly problem: string } | undefined>;
  /** Replaces the running configuration by what its source says now; rejects when that is refused, and nothing changed. */
  readonly reload: () => Promise<void>;
  /** Ends the process with code 1 after logging `text` as fatal. */
  readonly fail: (text: string) => void;
}

/** All that a plugin may touch besides its options. */
export interface SetupContext {
  readonly block: BlockContext;
  /** Prefixed `plugin/NAME`. */
  readonly logger: Logger;
  /** Without prefix: for lines that CoreDNS prints bare. */
  readonly plainLogger: Logger;
  readonly metrics: Registry;
  /** Where plugins say that what their answers were made from has changed. */
  readonly generations: Generations;
  readonly clock: Clock;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** HTTP servers shared by all plugins and kept across reloads. */
  readonly http: HttpEndpoints;
  readonly host: Host;
  /** The API server of the cluster that this process is a pod of. Throws KubeConfigError outside a cluster. */
  readonly clusterAccess: () => ApiAccess;
  /** A path of the Corefile as one to open: relative ones start from `root`, else from the working directory. */
  readonly resolvePath: (path: string) => string;
  /** One value for all blocks of this configuration: made by the first who asks for `key`. */
  readonly shared: <T>(key: SharedKey<T>, make: () => T) => T;
  /** Notes something wrong with the configuration; errors refuse it as a whole once every plugin has been set up. */
  readonly report: Report;
}

/** Names a value that blocks share; two keys with one name are different keys unless they are the same object. */
export interface SharedKey<T> {
  readonly name: string;
  /** Never there: it ties the type of the value to the key. */
  readonly type?: T;
}

/** A configuration that cannot be run, with the place in the user's file where there is one. */
export class ConfigurationError extends Error {
  readonly place: Place | undefined;

  constructor(message: string, place?: Place) {
    super(message);
    this.name = 'ConfigurationError';
    this.place = place;
  }
}
