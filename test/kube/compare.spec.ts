import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DevCluster } from '../../src/devcluster/dev-cluster.ts';
import {
  type Json,
  type JsonObject,
  isJsonArray,
  isJsonObject,
  recordOf,
  textsOf,
} from '../../src/devcluster/objects.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { VECTORS } from '../conformance/case.ts';
import { tokenOf } from './api-server.ts';
import { KubeCluster } from './cluster.ts';
import { EXCHANGES, type Exchange } from './exchanges.ts';
import { applyFolder } from './manifests.ts';
import { send } from './send.ts';

const SHOP = join(VECTORS, 'clusters/shop');
const SERVICE_RANGES = '10.96.0.0/16,fd00:10:96::/108';

/** Where the embedded API server answers in its own way: only the status has to be the same. */
const OWN_WAY: Readonly<Record<string, string>> = {
  'lists: a form that nobody has': 'the forms that it has are others',
  'gets: the version': 'it has a version of its own',
  'errors: a version of the future': 'the versions differ; it does not wait for 3 s first',
  'errors: a token of no list': "the words are those of Go's JSON",
  'writes: no object at all': 'the real one tries to give an address to a service without a name',
};

interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: Json;
}

/** The embedded API server and a real one, asked the same. */
describe('the embedded API server answers like a real one', () => {
  const real: Reply[] = [];
  const embedded: Reply[] = [];
  const resources = new AsyncDisposableStack();

  beforeAll(async () => {
    const cluster = resources.use(await KubeCluster.start({ serviceRanges: SERVICE_RANGES }));
    await applyFolder(cluster.admin, SHOP);
    const clock = { now: () => Date.now() };
    const options = { clock, logger: silentLogger(), controllers: false, serviceCidr: SERVICE_RANGES };
    const devCluster = await DevCluster.start(options);
    resources.defer(() => devCluster.stop());
    await devCluster.load(SHOP);
    const [theirs, ours] = await Promise.all([askAll(cluster.server.url), askAll(devCluster.httpsUrl)]);
    real.push(...theirs);
    embedded.push(...ours);
  });

  afterAll(() => resources.disposeAsync());

  test.each(EXCHANGES.map(({ about }, i) => ({ about, i })))('$about', ({ about, i }) => {
    const [theirs, ours] = [real[i], embedded[i]];
    if (OWN_WAY[about] === undefined) expect(ours).toEqual(theirs);
    else expect(ours?.status).toBe(theirs?.status);
  });

  test('every way of its own is one', () => {
    const same = EXCHANGES.filter(({ about }, i) => {
      return OWN_WAY[about] !== undefined && JSON.stringify(real[i]) === JSON.stringify(embedded[i]);
    });
    expect(same.map(({ about }) => about)).toEqual([]);
  });
});

async function askAll(url: string): Promise<Reply[]> {
  const replies: Reply[] = [];
  const { text } = await send(`${url}/api/v1/services`, { token: tokenOf('admin') });
  const { metadata }: { metadata: { resourceVersion: string } } = JSON.parse(text);
  for (const exchange of EXCHANGES) replies.push(await askOne(url, exchange, metadata.resourceVersion));
  return replies;
}

async function askOne(url: string, exchange: Exchange, version: string): Promise<Reply> {
  const { path, user = 'admin', ...rest } = exchange;
  const sent = await send(url + path.replaceAll('{{version}}', version), { token: tokenOf(user), ...rest });
  return { status: sent.status, contentType: sent.contentType, body: comparable(parsed(sent.text)) };
}

/** A JSON text, the lines of a watch as a list, or the text itself. */
function parsed(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    const lines = text.split('\n').filter((line) => line !== '');
    try {
      return lines.map((line): Json => JSON.parse(line));
    } catch {
      return text;
    }
  }
}

/** What no two servers have in common, or what comes from controllers and admission, which only one of them has. */
const LEFT_OUT: ReadonlySet<string> = new Set([
  'managedFields',
  // Of tables: long texts of the API's documentation, and hints that kubectl does not print.
  'description',
  'conditions',
  // Of pods.
  'tolerations',
  'priority',
  'preemptionPolicy',
  'enableServiceLinks',
]);
/** What differs from run to run; that it is there is compared. */
const VARYING = /^(?:uid|resourceVersion|continue|nodePort|\w+Timestamp)$/;

function comparable(value: Json): Json {
  if (typeof value === 'string') return value.replace(/^\d+s$/, '(age)').replaceAll(/:\d{5}(?=\/TCP)/g, ':(port)');
  if (isJsonArray(value)) return value.filter((item) => !isIncomparable(item)).map((item) => comparable(item));
  if (!isJsonObject(value)) return value;
  const members = Object.entries(value).filter(([key]) => !LEFT_OUT.has(key));
  return Object.fromEntries(
    members.map(([key, member = null]) => [key, VARYING.test(key) && member !== '' ? '*' : comparable(member)]),
  );
}

/** Items of lists, rows of tables and events of watches that cannot be the same. */
function isIncomparable(item: Json): boolean {
  if (!isJsonObject(item)) return false;
  const object = isJsonObject(item['object']) ? item['object'] : item;
  const metadata = recordOf(object['metadata']);
  // The server makes some of it itself.
  if (metadata['namespace'] === 'default') return true;
  // The real one does not take objects that are on their way out: they have to get there.
  if (metadata['deletionTimestamp'] !== undefined || isTerminating(object) || isTerminatingRow(item)) return true;
  // Bookmarks tell the time; the one that ends a streamed list does more.
  return item['type'] === 'BOOKMARK' && metadata['annotations'] === undefined;
}

function isTerminatingRow({ cells }: JsonObject): boolean {
  return textsOf(cells).includes('Terminating');
}

function isTerminating({ status }: JsonObject): boolean {
  return recordOf(status)['phase'] === 'Terminating';
}
