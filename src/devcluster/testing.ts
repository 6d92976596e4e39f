import { silentLogger } from '../log/logger.ts';
import { DevCluster, type DevClusterOptions } from './dev-cluster.ts';
import type { Json, JsonObject } from './objects.ts';

/** A cluster for a test, ended with it: `await using cluster = await startTestCluster()`. */
export async function startTestCluster(
  options: Partial<DevClusterOptions> = {},
): Promise<DevCluster & AsyncDisposable> {
  const clock = { now: () => Date.now() };
  const cluster = await DevCluster.start({ clock, logger: silentLogger(), controllers: false, ...options });
  await cluster.loadText('{apiVersion: v1, kind: Namespace, metadata: {name: default}}');
  return Object.assign(cluster, { [Symbol.asyncDispose]: () => cluster.stop() });
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
}

/** One request; `body` is sent as JSON. */
export async function call(
  cluster: DevCluster,
  method: string,
  path: string,
  body?: Json,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const response = await fetch(`${cluster.url}${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  const value: JsonObject = isJson ? JSON.parse(text) : { text };
  return { status: response.status, headers: response.headers, body: value };
}

/** The events of a watch, one after the other, until the server ends it. */
export async function* watchEvents(
  cluster: DevCluster,
  path: string,
  signal?: AbortSignal,
): AsyncGenerator<JsonObject> {
  const response = await fetch(`${cluster.url}${path}`, signal === undefined ? {} : { signal });
  let rest = '';
  for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event: JsonObject = JSON.parse(line);
      yield event;
    }
  }
}

/** A small valid service. */
export function serviceObject(
  name: string,
  more: JsonObject = {},
  labels: Readonly<Record<string, string>> = {},
): JsonObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { namespace: 'default', name, labels },
    spec: { selector: { app: name }, ports: [{ port: 80 }], ...more },
  };
}
