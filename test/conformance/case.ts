import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** An OPT record as the vectors write it: options are `[code, data in hex]`. */
export interface EdnsVector {
  readonly payload?: number;
  readonly do?: boolean;
  readonly version?: number;
  readonly options?: readonly (readonly [number, string])[];
}

export interface TsigKeyVector {
  readonly key: string;
  /** In base64. */
  readonly secret: string;
  /** `hmac-sha256` when absent. */
  readonly alg?: string;
}

export type Transport = 'udp' | 'tcp' | 'dot' | 'doh' | 'doh_get';

export interface QueryVector {
  readonly name: string;
  readonly type: string;
  readonly class?: string;
  readonly transport?: Transport;
  readonly port?: string;
  readonly to?: string;
  readonly from?: string;
  readonly id?: number;
  readonly flags?: readonly string[];
  readonly edns?: EdnsVector;
  readonly opcode?: string;
  readonly authority?: readonly string[];
  readonly timeout_ms?: number;
  readonly tsig?: TsigKeyVector;
  /** Name in the TLS handshake. */
  readonly sni?: string;
  /** File names of a certificate and its key, in the case's folder. */
  readonly client_cert?: readonly [string, string];
  readonly path?: string;
}

/** What a reply is, recorded or received. Absent sections are empty. */
export interface ReplyVector {
  readonly id?: number;
  readonly rcode?: string;
  readonly flags?: readonly string[];
  readonly opcode?: string;
  readonly question?: readonly string[];
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
  readonly edns?: EdnsVector;
  readonly http?: Readonly<Record<string, string | number>>;
  readonly tsig?: { readonly valid?: boolean; readonly error?: string };
  readonly incomplete?: boolean;
}

/** How the reply of a step is to be compared. */
export interface Tolerance {
  readonly ordered?: boolean;
  readonly case?: boolean;
  readonly ttl_slack?: number;
  readonly volatile?: readonly string[];
}

export interface QueryStep extends Tolerance {
  readonly query: QueryVector;
  readonly reply?: ReplyVector | null;
  readonly any_of?: readonly (ReplyVector | null)[];
}

export interface RawStep extends Tolerance {
  readonly raw: string;
  readonly transport?: Transport;
  readonly port?: string;
  readonly timeout_ms?: number;
  readonly reply: ReplyVector | null;
}

export interface TcpManyStep extends Tolerance {
  readonly tcp_many: readonly QueryVector[];
  readonly replies: readonly (ReplyVector | null)[];
  readonly port?: string;
  readonly gap_ms?: number;
  readonly split?: boolean;
}

export interface TcpIdleStep {
  readonly tcp_idle: { readonly query?: QueryVector; readonly max_ms: number; readonly port?: string };
  readonly closed_ms: readonly [number, number] | null;
}

export interface ReceivedQuery {
  readonly name: string;
  readonly type: string;
  readonly class?: string;
  readonly transport: string;
  readonly flags: readonly string[];
  readonly edns?: EdnsVector;
}

export interface ReceivedStep {
  /** Questions for the names in `ignore` (the root when absent) are not counted. */
  readonly received: { readonly upstream: string; readonly ignore?: readonly string[]; readonly limit?: number };
  readonly queries: readonly ReceivedQuery[];
}

export interface HttpRequestVector {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly hex?: string;
  readonly http2?: boolean;
}

export interface HttpStep {
  readonly http: HttpRequestVector;
  readonly headers?: readonly string[];
  readonly no_body?: boolean;
  readonly response: {
    readonly status: number | null;
    readonly body?: string;
    readonly headers?: Readonly<Record<string, string>>;
  };
}

export interface MetricsStep {
  readonly metrics: { readonly url: string };
  readonly has: readonly string[];
  readonly types?: readonly string[];
}

export interface LogStep {
  readonly log: readonly string[];
  readonly log_not?: readonly string[];
  readonly within_ms?: number;
}

export interface ExitStep {
  readonly exit: { readonly code: number; readonly min_ms?: number; readonly max_ms: number };
}

export type ApiState = 'up' | 'down' | 'hang' | 'cut' | 'compact';
export type SignalName = 'SIGTERM' | 'SIGINT' | 'SIGQUIT' | 'SIGUSR1';

export type Step =
  | QueryStep
  | RawStep
  | TcpManyStep
  | TcpIdleStep
  | ReceivedStep
  | HttpStep
  | MetricsStep
  | LogStep
  | ExitStep
  | { readonly apply: string }
  | { readonly delete: string }
  | { readonly api: ApiState }
  | { readonly write: Readonly<Record<string, string | { readonly delete: true }>> }
  | { readonly signal: SignalName }
  | { readonly sleep_ms: number }
  | { readonly upstream_down: string }
  | { readonly upstream_up: string };

/** One question a scripted upstream answers, and how. */
export interface UpstreamRule {
  readonly name?: string;
  readonly type?: string;
  readonly transport?: 'udp' | 'tcp';
  readonly times?: number;
  readonly rcode?: string;
  readonly flags?: readonly string[];
  readonly answer?: readonly string[];
  readonly authority?: readonly string[];
  readonly additional?: readonly string[];
  readonly edns?: EdnsVector | null;
  readonly delay_ms?: number;
  readonly drop?: boolean;
  readonly close?: boolean;
  readonly truncate_udp?: boolean;
  readonly wrong_id?: boolean;
  readonly wrong_question?: string;
  /** In hex. */
  readonly garbage?: string;
}

/** A Corefile by itself: does the server start with it? */
export interface ConfigVector {
  readonly corefile: string;
  readonly start: 'ok' | 'fails';
  readonly error?: string;
}

export interface Case {
  readonly name: string;
  readonly about: string;
  readonly corefile?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly dirs?: readonly string[];
  readonly cluster?: string;
  readonly api?: 'down' | 'hang';
  readonly env?: Readonly<Record<string, string>>;
  readonly upstreams?: Readonly<Record<string, readonly UpstreamRule[]>>;
  readonly start?: 'ok' | 'fails';
  readonly error?: string;
  readonly configs?: readonly ConfigVector[];
  readonly steps?: readonly Step[];
  readonly ttl_slack?: number;
}

/** A case and its name in the lists and the report, `folder/file` without `.json`. */
export interface NamedCase {
  readonly id: string;
  readonly folder: string;
  readonly vector: Case;
}

export const VECTORS: string = join(import.meta.dirname, 'vectors');

/** Folders whose files are no runs of a server: cluster states, API exchanges, and resolv.conf tables. */
const OTHER_FOLDERS: ReadonlySet<string> = new Set(['api', 'clusters', 'resolvconf']);

/** Every case below `vectors/`, by folder and file name. */
export async function loadCases(): Promise<NamedCase[]> {
  const cases: NamedCase[] = [];
  for (const folder of await caseFolders()) {
    for (const id of await idsOf(folder)) {
      const vector: Case = JSON.parse(await readFile(join(VECTORS, `${id}.json`), 'utf8'));
      cases.push({ id, folder, vector });
    }
  }
  return cases;
}

async function caseFolders(): Promise<string[]> {
  const entries = await readdir(VECTORS, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory() && !OTHER_FOLDERS.has(entry.name))
    .map((entry) => entry.name)
    .toSorted();
}

async function idsOf(folder: string): Promise<string[]> {
  const files = await readdir(join(VECTORS, folder));
  return files
    .filter((file) => file.endsWith('.json'))
    .toSorted()
    .map((file) => `${folder}/${file.slice(0, -'.json'.length)}`);
}
