import { parseCorefile } from '../corefile/parse.ts';
import type { Problem } from '../corefile/problem.ts';
import { CLASS, OPCODE } from '../dns/codes.ts';
import type { Message, Question } from '../dns/message.ts';
import { DomainName } from '../dns/name.ts';
import { parseType } from '../dns/types.ts';
import { Logger } from '../log/logger.ts';
import { Registry } from '../metrics/registry.ts';
import { HttpEndpoints, type HttpRoute } from '../transport/http-endpoints.ts';
import { systemClock } from './clock.ts';
import type { BlockContext, Host, SetupContext, SharedKey } from './context.ts';
import { Generations } from './generations.ts';
import { Later } from './later.ts';
import { type Report } from './options.ts';
import { readStanza, type Stanza } from './stanza.ts';
import type { Plugin, PluginInstance } from './plugin.ts';
import type { Query } from './query.ts';
import { makeFailure, type Outcome, type Reply } from './reply.ts';
import { defaultSettings } from './settings.ts';

/** What a test may say of a query; everything else is what `dig` would send. */
export interface TestQuery {
  readonly name: string;
  readonly type?: string;
  readonly message?: Partial<Message>;
  readonly client?: Query['client'];
  readonly transport?: Query['transport'];
  readonly resolve?: TestResolve;
  readonly zoneOf?: Query['zoneOf'];
  readonly metadata?: Query['metadata'];
  readonly arrival?: number;
  readonly deadline?: number;
}

/** A query as a listener would make it. */
export function testQuery(parts: TestQuery): Query {
  const resolve: TestResolve = parts.resolve ?? ((query) => makeFailure(query, 5));
  const question = { name: DomainName.parse(parts.name), type: parseType(parts.type ?? 'A') ?? 1, class: CLASS.IN };
  const message: Message = {
    id: 4711,
    response: false,
    opcode: OPCODE.QUERY,
    authoritative: false,
    truncated: false,
    recursionDesired: true,
    recursionAvailable: false,
    zero: false,
    authenticData: false,
    checkingDisabled: false,
    rcode: 0,
    questions: [question],
    answers: [],
    authorities: [],
    additionals: [],
    edns: undefined,
    ...parts.message,
  };
  return {
    message,
    question: message.questions[0] ?? question,
    client: parts.client ?? { address: '127.0.0.1', port: 40_000 },
    local: { address: '127.0.0.1', port: 53 },
    transport: parts.transport ?? 'udp',
    size: 12 + question.name.wire.length + 4,
    arrival: parts.arrival ?? performance.now(),
    deadline: parts.deadline ?? Infinity,
    server: 'dns://:53',
    zone: DomainName.root,
    view: '',
    depth: 0,
    metadata: parts.metadata,
    resolve: (query, asked) => eventual(resolve(query, asked)),
    zoneOf: parts.zoneOf ?? (() => DomainName.root),
  };
}

/** Remembers where it listens: Corefiles of tests have port 0. */
export class TestHttpEndpoints extends HttpEndpoints {
  readonly ports: number[] = [];

  override async open(...where: Parameters<HttpEndpoints['open']>): Promise<HttpRoute> {
    const route = await super.open(...where);
    this.ports.push(route.port);
    return route;
  }

  /** Status and body of a GET on the address that was opened last. */
  async get(path: string): Promise<string> {
    const response = await fetch(`http://127.0.0.1:${this.ports.at(-1)}${path}`);
    return `${response.status} ${await response.text()}`;
  }
}

/** What stands in for the rest of the chain. */
export type TestNext = (query: Query) => Outcome | Promise<Reply | null>;

/** What stands in for the whole server. */
export type TestResolve = (query: Query, question: Question) => Outcome | Promise<Reply | null>;

/** A plugin set up alone in a block, and what it said. */
export interface TestSetup {
  readonly instance: PluginInstance;
  readonly problems: readonly Problem[];
  readonly log: readonly string[];
  readonly metrics: Registry;
  /** Asks the instance; what it hands on is SERVFAIL without a message, as at the end of a chain, or what `next` answers. */
  readonly ask: (query: TestQuery, next?: TestNext) => Promise<Reply | null>;
}

/**
 * Sets the plugin up with `directives`, the text of a server block's inside, as one of `. { … }`. Problems of its tables and its own are in
 * the result; it is not started.
 */
export function setUp(
  plugin: Plugin,
  directives: string,
  parts: Partial<SetupContext> & { readonly zones?: readonly string[] } = {},
): TestSetup {
  const parsed = parseCorefile(`. {\n${directives}\n}\n`, {
    file: 'Corefile',
    environment: {},
    imports: { absolute: (path) => path, kind: () => undefined, list: () => [], read: () => new Error('not here') },
  });
  const problems: Problem[] = [...parsed.problems];
  const log: string[] = [];
  const report: Report = (problem) => problems.push({ severity: 'error', ...problem });
  const lines = parsed.corefile.blocks
    .flatMap((block) => block.directives)
    .filter((line) => line.name.text === plugin.name);
  const stanzas: Stanza[] = lines.map((line) => readStanza(plugin, line, report));
  const [first, ...rest] = stanzas;
  if (first === undefined) throw new TypeError(`the test gives no ${plugin.name} directive`);
  const context = { ...testContext(log, report, parts.zones ?? ['.']), ...parts };
  const instance = plugin.setup([first, ...rest], context);
  return {
    instance,
    problems,
    log,
    metrics: context.metrics,
    ask: async (query, next = (passed) => makeFailure(passed, 2)) => {
      const made = testQuery(query);
      const rest = (passed: Query): Outcome => eventual(next(passed));
      return await (instance.handle === undefined ? rest(made) : instance.handle(made, rest));
    },
  };
}

/** What a handler or its stand-in returns, as the chain has it. */
export function eventual(outcome: Outcome | Promise<Reply | null>): Outcome {
  return outcome instanceof Promise ? Later.from(outcome) : outcome;
}

/** A block `.` on port 53 without plugins, but for what `parts` say. */
export function testBlock(parts: Partial<BlockContext> = {}): BlockContext {
  return {
    zones: [DomainName.root],
    servers: () => ['dns://:53'],
    listeners: () => [{ address: undefined, port: 53 }],
    settings: defaultSettings,
    instances: () => [],
    ...parts,
  };
}

/** What the blocks of one configuration share: handed to several `setUp`, it makes them such blocks. */
export function sharedValues(): SetupContext['shared'] {
  const values = new Map<object, unknown>();
  return <T>(key: SharedKey<T>, make: () => T): T => {
    if (!values.has(key)) values.set(key, make());
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key's type says what `make` gave
    return values.get(key) as T;
  };
}

function testContext(log: string[], report: Report, zones: readonly string[]): SetupContext {
  const host: Host = {
    version: '0.0.0',
    fingerprint: '',
    readFingerprint: async () => undefined,
    reload: async () => {},
    fail: (text) => log.push(`[FATAL] ${text}`),
  };
  const logger = Logger.create((line) => log.push(line));
  return {
    block: testBlock({ zones: zones.map((zone) => DomainName.parse(zone)) }),
    logger,
    plainLogger: logger,
    metrics: new Registry(),
    generations: new Generations(),
    clock: systemClock,
    random: Math.random,
    environment: {},
    http: new HttpEndpoints(),
    clusterAccess: () => {
      throw new TypeError('the test gives no access to a cluster');
    },
    host,
    resolvePath: (path) => path,
    shared: sharedValues(),
    report,
  };
}
