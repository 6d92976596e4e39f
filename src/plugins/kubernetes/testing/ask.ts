import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import type { Problem } from '../../../corefile/problem.ts';
import { rcodeName } from '../../../dns/codes.ts';
import { printRecord } from '../../../dns/presentation.ts';
import type { ClusterStore } from '../../../kube/store.ts';
import { fillStore } from '../../../kube/testing/fill-store.ts';
import { watchedResources } from '../../../kube/watched-resource.ts';
import type { Query } from '../../../plugin-api/query.ts';
import { Generations } from '../../../plugin-api/generations.ts';
import { makeFailure, type Outcome, type Reply } from '../../../plugin-api/reply.ts';
import { setUp, testQuery, type TestResolve, type TestQuery } from '../../../plugin-api/testing.ts';
import { Answers, type AnswersOptions } from '../answers.ts';
import { type Configuration, type KubernetesStanza, readConfiguration } from '../configuration.ts';
import { kubernetes } from '../kubernetes.ts';
import { ClusterSlots } from '../cluster-slots.ts';
import { Lookup } from '../lookup.ts';
import { NameServers } from '../name-servers.ts';

/** The objects of a file in ../testdata. */
export function manifests(file: string): unknown[] {
  const text = readFileSync(join(import.meta.dirname, '../testdata', file), 'utf8');
  return parseAllDocuments(text).map((document) => document.toJS() as unknown);
}

/** What a directive says, and what is wrong with it, in a block with these zones. */
export function readDirective(
  directive: string,
  zones: readonly string[] = ['.'],
): { readonly configuration: Configuration; readonly problems: readonly Problem[] } {
  let configuration: Configuration | undefined;
  const { problems } = setUp(
    {
      ...kubernetes,
      setup([stanza], context) {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- setUp reads it by the plugin's own tables
        configuration = readConfiguration(stanza as KubernetesStanza, context.block.zones, context.report);
        return {};
      },
    },
    directive,
    { zones },
  );
  if (configuration === undefined) throw new TypeError('the directive was not read');
  return { configuration, problems };
}

export interface ClusterOptions {
  /** Default: ../testdata/shop.yaml */
  readonly objects?: readonly unknown[];
  readonly store?: ClusterStore;
  readonly localAddresses?: readonly string[];
  readonly resolve?: TestResolve;
}

/** A synced plugin without an API server. */
export interface TestCluster {
  readonly answers: Answers;
  /** What the plugin's parts are made of. */
  readonly parts: AnswersOptions;
  readonly store: ClusterStore;
  /** The reply to `NAME TYPE`; undefined when the plugin passed it on. */
  readonly ask: (question: string, parts?: Partial<TestQuery>) => Promise<Reply | undefined>;
  /**
   * The reply in presentation format: rcode, then a line for each record, its section's first letters before it. A SOA
   * is shortened to its owner. `passed on` when the plugin passed it on.
   */
  readonly show: (question: string) => Promise<string[]>;
}

/** Sets up `kubernetes …` on a store with the objects. */
export function testCluster(directive: string, options: ClusterOptions = {}): TestCluster {
  const { configuration, problems } = readDirective(directive);
  if (problems.length > 0) throw new TypeError(problems.map(({ message }) => message).join('\n'));
  const kinds = watchedResources(configuration.watch).map(({ kind }) => kind);
  const store = options.store ?? fillStore(options.objects ?? manifests('shop.yaml'), { kinds });
  const { zones, settings } = configuration;
  const lookup = new Lookup(store, settings);
  const nameServers = new NameServers(lookup, options.localAddresses ?? []);
  const slots = new ClusterSlots(store, new Generations());
  const parts: AnswersOptions = { store, zones, settings, lookup, nameServers, slots };
  const answers = new Answers(parts);
  const resolve = options.resolve ?? ((query: Query): Outcome => makeFailure(query, 2));
  const ask = async (question: string, more: Partial<TestQuery> = {}): Promise<Reply | undefined> => {
    const [name = '', type = 'A'] = question.split(' ');
    let passedOn = false;
    const reply = await answers.handle(testQuery({ name, type, resolve, ...more }), (query) => {
      passedOn = true;
      return makeFailure(query, 2);
    });
    return passedOn ? undefined : (reply ?? undefined);
  };
  return { answers, parts, store, ask, show: async (question) => show(await ask(question)) };
}

function show(reply: Reply | undefined): string[] {
  if (reply === undefined) return ['passed on'];
  const { rcode, answers, authorities, additionals, truncated } = reply;
  return [
    `${rcodeName(rcode)}${truncated ? ' TC' : ''}`,
    ...answers.map((record) => `an ${printRecord(record)}`),
    ...authorities.map((record) => `au ${printRecord(record).replace(/ SOA .*/, ' SOA')}`),
    ...additionals.map((record) => `ad ${printRecord(record)}`),
  ].map((line) => line.replace(/ IN /, ' '));
}
