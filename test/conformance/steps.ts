import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExitStep, HttpStep, LogStep, MetricsStep, ReceivedStep, Step } from './case.ts';
import { fetchHttp1, fetchHttp2 } from './client/http.ts';
import type { ClusterUnderTest } from './cluster.ts';
import { compareValue } from './compare-reply.ts';
import { eventually } from './eventually.ts';
import { missingMetrics } from './metrics.ts';
import { runIdleStep, runManyStep, runQueryStep, runRawStep } from './question-steps.ts';
import { compareReceived } from './received.ts';
import type { ServerUnderTest } from './server-under-test.ts';
import type { Upstream } from './upstream.ts';

/** A case that is running. */
export interface CaseRun {
  /** The case's folder. */
  readonly directory: string;
  /** What `{{port}}` stands for. */
  readonly port: number;
  readonly server: ServerUnderTest;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly cluster: ClusterUnderTest | undefined;
  readonly ttlSlack: number;
  /** As of `Date.now()`: until then a reply may still be the one from before the last change of the cluster. */
  settlesBy: number;
  /** As of `performance.now()`: when the server was last sent a signal. */
  signalledAt: number;
}

/** A change of the cluster is visible within this time. */
const CHANGE_TIMEOUT_MS = 5_000;
/** Metrics and the questions to upstreams are counted a moment after the client has its answer. */
const COUNTING_TIMEOUT_MS = 1_500;
const LOG_TIMEOUT_MS = 2_000;
const HTTP_TIMEOUT_MS = 5_000;

/** Carries out a step whose placeholders are filled in. The result says what was not as recorded, and is empty else. */
export async function runStep(step: Step, run: CaseRun): Promise<string[]> {
  if ('query' in step) return await eventually(run.settlesBy, () => runQueryStep(step, run));
  if ('raw' in step) return await runRawStep(step, run);
  if ('tcp_many' in step) return await runManyStep(step, run);
  if ('tcp_idle' in step) return await runIdleStep(step, run);
  if ('received' in step) return await runReceivedStep(step, run);
  if ('http' in step) return await eventually(run.settlesBy, () => runHttpStep(step));
  if ('metrics' in step) return await runMetricsStep(step);
  if ('log' in step) return await runLogStep(step, run);
  if ('exit' in step) return await runExitStep(step, run);
  await act(step, run);
  return [];
}

type Action = Exclude<
  Step,
  | ExitStep
  | HttpStep
  | LogStep
  | MetricsStep
  | ReceivedStep
  | { readonly query: unknown }
  | { readonly raw: unknown }
  | { readonly tcp_many: unknown }
  | { readonly tcp_idle: unknown }
>;

async function act(step: Action, run: CaseRun): Promise<void> {
  if ('sleep_ms' in step) await sleep(step.sleep_ms);
  else if ('write' in step) await writeFiles(step.write, run.directory);
  else if ('upstream_down' in step) await upstreamOf(run, step.upstream_down).down();
  else if ('upstream_up' in step) await upstreamOf(run, step.upstream_up).up();
  else if ('signal' in step) {
    run.signalledAt = performance.now();
    await run.server.signal(step.signal);
  } else {
    if (run.cluster === undefined) throw new Error('the case has no cluster to change');
    if ('apply' in step) await run.cluster.apply(step.apply);
    else if ('delete' in step) await run.cluster.delete(step.delete);
    else await run.cluster.become(step.api);
    run.settlesBy = Date.now() + CHANGE_TIMEOUT_MS;
  }
}

async function writeFiles(
  files: Readonly<Record<string, string | { readonly delete: true }>>,
  directory: string,
): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    if (typeof content !== 'string') {
      await rm(path);
      continue;
    }
    await writeFile(`${path}.new~`, content);
    await rename(`${path}.new~`, path);
  }
}

async function runReceivedStep(step: ReceivedStep, run: CaseRun): Promise<string[]> {
  const upstream = upstreamOf(run, step.received.upstream);
  const differences = await eventually(Date.now() + COUNTING_TIMEOUT_MS, () =>
    compareReceived(step, upstream.received),
  );
  upstream.forget();
  return differences;
}

async function runHttpStep({ http, response, headers = [], no_body: ignoreBody }: HttpStep): Promise<string[]> {
  const fetch = http.http2 === true ? fetchHttp2 : fetchHttp1;
  const body = http.hex === undefined ? undefined : Buffer.from(http.hex, 'hex');
  const came = await fetch(
    { url: http.url, method: http.method ?? 'GET', headers: http.headers ?? {}, body },
    HTTP_TIMEOUT_MS,
  );
  const status = compareValue('status', response.status, came?.status ?? null);
  if (came === undefined || status.length > 0) return status;
  return [
    ...(ignoreBody === true || response.body === undefined
      ? []
      : compareValue('body', response.body, came.body.toString())),
    ...headers.flatMap((name) => compareValue(name, response.headers?.[name], came.headers[name])),
  ];
}

async function runMetricsStep({ metrics, has, types }: MetricsStep): Promise<string[]> {
  return await eventually(Date.now() + COUNTING_TIMEOUT_MS, async () => {
    const response = await fetchHttp1({ url: metrics.url, method: 'GET', headers: {} }, HTTP_TIMEOUT_MS);
    if (response?.status !== 200) return [`${metrics.url} answers ${response?.status ?? 'nothing'}`];
    return missingMetrics(response.body.toString(), has, types);
  });
}

async function runLogStep(
  { log, log_not: unwanted = [], within_ms: within }: LogStep,
  run: CaseRun,
): Promise<string[]> {
  const { lines } = run.server;
  const matching = (pattern: string): string | undefined => lines.find((line) => new RegExp(pattern).test(line));
  const missing = await eventually(Date.now() + (within ?? LOG_TIMEOUT_MS), () =>
    log.filter((pattern) => matching(pattern) === undefined).map((pattern) => `no line of the log matches ${pattern}`),
  );
  const written =
    missing.length === 0
      ? []
      : [
          `the log:\n${lines
            .slice(-LOG_TAIL)
            .map((line) => `  ${line}`)
            .join('\n')}`,
        ];
  const found = unwanted.flatMap((pattern) => {
    const line = matching(pattern);
    return line === undefined ? [] : [`a line of the log matches ${pattern}: ${line}`];
  });
  return [...missing, ...written, ...found];
}

/** So many of the last lines help to see why a pattern does not match. */
const LOG_TAIL = 20;

async function runExitStep({ exit }: ExitStep, run: CaseRun): Promise<string[]> {
  const abort = new AbortController();
  const left = exit.max_ms - (performance.now() - run.signalledAt);
  const late = sleep(left, 'still running', { signal: abort.signal }).catch(() => 'still running');
  const code = await Promise.race([run.server.exitCode, late]);
  abort.abort();
  const took = performance.now() - run.signalledAt;
  return [
    ...compareValue('exit code', exit.code, code),
    ...(took < (exit.min_ms ?? 0) ? [`exit: expected after ${exit.min_ms} ms, came after ${Math.round(took)} ms`] : []),
  ];
}

function upstreamOf(run: CaseRun, name: string): Upstream {
  const upstream = run.upstreams.get(name);
  if (upstream === undefined) throw new Error(`the case has no upstream "${name}"`);
  return upstream;
}
