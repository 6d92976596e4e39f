import { serverOptions } from '../../src/cli/serving.ts';
import { decodeMessage } from '../../src/dns/decode.ts';
import type { Message } from '../../src/dns/message.ts';
import { printRecord } from '../../src/dns/presentation.ts';
import { endpointAccess } from '../../src/kube/access.ts';
import { silentLogger } from '../../src/log/logger.ts';
import type { Registry } from '../../src/metrics/registry.ts';
import type { Clock } from '../../src/plugin-api/clock.ts';
import { QueryMetrics } from '../../src/plugin-api/query-metrics.ts';
import { buildConfiguration, startPlugins, stopPlugins } from '../../src/server/configuration.ts';
import { joinSettings } from '../../src/server/listener-settings.ts';
import { PATH } from '../../src/server/memo/question-key.ts';
import { Routes } from '../../src/server/routes.ts';
import { Service } from '../../src/server/service.ts';
import type { Endpoint } from '../../src/transport/endpoint.ts';
import { allocateWireArea } from '../../src/transport/wire-area.ts';

/** Time that a test moves on. */
export class MovableClock implements Clock {
  #offset = 0;
  readonly now = (): number => Date.now() + this.#offset;
  readonly monotonic = (): number => performance.now() + this.#offset;

  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }
}

/** How often what happened. */
export interface Tally {
  asked: number;
  remembered: number;
}

/** One service that is asked twice: what it remembers, and what its plugins say at the same moment. */
export class TwoWays {
  readonly tally: Tally = { asked: 0, remembered: 0 };
  readonly metrics: Registry;
  readonly #service: Service;
  readonly #clock: Clock;
  readonly #stop: () => Promise<unknown>;
  readonly #input = allocateWireArea(1024);
  readonly #output = allocateWireArea(65_535);

  private constructor(service: Service, metrics: Registry, clock: Clock, stop: () => Promise<unknown>) {
    this.#service = service;
    this.metrics = metrics;
    this.#clock = clock;
    this.#stop = stop;
  }

  /** The Corefile's first listener, behind no socket. */
  static async start(corefile: string, apiServer: string, clock: Clock, workingDirectory: string): Promise<TwoWays> {
    const source = { text: corefile, file: 'Corefile' };
    const options = serverOptions(
      {
        corefile: async () => source,
        workingDirectory,
        environment: {},
        output: () => {},
        clusterAccess: () => endpointAccess({ url: apiServer }),
      },
      silentLogger(),
      () => {},
    );
    const services = { ...options.services, clock };
    const host = {
      version: '0.0.0',
      fingerprint: '',
      readFingerprint: async () => undefined,
      reload: async () => {},
      fail: () => {},
    };
    const { configuration, problems } = buildConfiguration(source, { ...options, services, host });
    const [plan] = configuration?.listeners ?? [];
    if (configuration === undefined || plan === undefined) throw new Error(JSON.stringify(problems));
    await startPlugins(configuration);
    const { metrics, generations, random } = services;
    const routes = new Routes(plan.routes);
    const service = new Service({
      label: 'dns://:53',
      routes,
      memory: routes.hasViews ? 0 : 1 << 18,
      environment: {
        logger: silentLogger(),
        clock,
        generations,
        random,
        queryMetrics: new QueryMetrics(metrics),
        panics: metrics.counter({ name: 'coredns_panics_total', help: '' }),
        httpsResponses: metrics.counter({
          name: 'coredns_dns_https_responses_total',
          help: '',
          labels: ['server', 'status'],
        }),
      },
      ...joinSettings(plan.routes.map(({ block }) => block)),
    });
    return new TwoWays(service, metrics, clock, async () => await stopPlugins(configuration, 'shutdown'));
  }

  async stop(): Promise<void> {
    await this.#stop();
  }

  /** Asks both ways; the answers in a comparable form. The remembered one is undefined if there is none, or the other one had to be waited for. */
  async ask(
    request: Uint8Array,
    client: Endpoint,
    transport: 'udp' | 'tcp',
  ): Promise<{ readonly remembered: string[] | undefined; readonly made: string[] }> {
    const { memory } = this.#service;
    const path = (client.address.includes(':') ? PATH.IPV6 : 0) | (transport === 'udp' ? 0 : PATH.STREAM);
    this.#input.bytes.fill(0xff);
    this.#input.bytes.set(request, 3);
    const now = this.#clock.monotonic();
    const length = memory?.recall(this.#input, 3, request.length, path, this.#output, 5, 65_530, now) ?? 0;
    const remembered = length === 0 ? undefined : comparable(this.#output.bytes.slice(5, 5 + length));
    memory?.settle(0.1);
    let waited = true;
    const { promise, resolve } = Promise.withResolvers<Uint8Array>();
    this.#service.answer(request, client, { address: '127.0.0.1', port: 53 }, transport, now, (answer) => {
      if (answer instanceof Uint8Array) resolve(answer.slice());
      else resolve(new Uint8Array(12));
    });
    void promise.then(() => (waited = false));
    await Promise.resolve();
    await Promise.resolve();
    const overtaken = waited;
    const made = comparable(await promise);
    this.tally.asked++;
    if (remembered !== undefined) this.tally.remembered++;
    return { remembered: overtaken ? undefined : remembered, made };
  }
}

/** What two answers to one question have in common: all but the order of records, and which ones a cut answer still has. */
function comparable(octets: Uint8Array): string[] {
  const message = decodeMessage(octets);
  const { answers, authorities, additionals } = message;
  const sections = [answers, authorities, additionals].map((records) =>
    message.truncated ? String(records.length) : records.map(printRecord).toSorted().join('\n'),
  );
  return [`${octets.length} octets`, header(message), ...sections];
}

function header({ id, rcode, questions, edns, ...flags }: Message): string {
  const [question] = questions;
  const set = Object.entries(flags).flatMap(([name, value]) => (value === true ? [name] : []));
  return JSON.stringify([id, rcode, question?.name.text, question?.type, question?.class, edns, set]);
}
