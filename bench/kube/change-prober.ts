import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { CLASS, OPCODE } from '../../src/dns/codes.ts';
import { decodeMessage } from '../../src/dns/decode.ts';
import { encodeMessage } from '../../src/dns/encode.ts';
import { createMessage } from '../../src/dns/message.ts';
import { DomainName } from '../../src/dns/name.ts';
import { TYPE } from '../../src/dns/types.ts';
import { BIG_CLUSTER, type ClusterObjects } from './big-cluster.ts';
import type { FakeApi } from './fake-api.ts';

/** Asks for changes of services, one after the other, each followed by queries until the answer is right. */
export interface ChangeRequest {
  readonly changes: number;
  readonly perSecond: number;
  /** Where the DNS server listens on 127.0.0.1. */
  readonly port: number;
}

export function isChangeRequest(message: unknown): message is ChangeRequest {
  return typeof message === 'object' && message !== null && 'changes' in message && 'port' in message;
}

/** Milliseconds from the watch event to the first right answer. */
export interface ChangeLatencies {
  readonly changes: number;
  readonly median: number;
  readonly p99: number;
  readonly longest: number;
}

// An answer on this machine takes a tenth of a millisecond: a query without one was lost, and is asked again.
const TIMEOUT_MILLISECONDS = 5;
// Prime to the number of services: changes are spread over all of them, and none comes twice in a round.
const STEP = 7;

/** The events are written and the answers awaited by one process, so that there is one clock. */
export async function measureChanges(
  api: FakeApi,
  objects: ClusterObjects,
  { changes, perSecond, port }: ChangeRequest,
): Promise<ChangeLatencies> {
  const socket = createSocket('udp4');
  socket.setMaxListeners(0);
  socket.connect(port, '127.0.0.1');
  await once(socket, 'connect');
  const started = performance.now();
  const running: Promise<number>[] = [];
  for (let n = 0; n < changes; n++) {
    await sleep(Math.max(0, started + (n * 1000) / perSecond - performance.now()));
    running.push(change(api, objects, socket, n));
  }
  const latencies = (await Promise.all(running)).toSorted((a, b) => a - b);
  socket.close();
  const at = (share: number): number => latencies[Math.ceil(share * latencies.length) - 1] ?? Number.NaN;
  return { changes, median: at(0.5), p99: at(0.99), longest: at(1) };
}

/** Gives a service another address; resolves with the milliseconds until the server says so. */
async function change(api: FakeApi, objects: ClusterObjects, socket: Socket, n: number): Promise<number> {
  const service = objects.Service[(n * STEP) % BIG_CLUSTER.services];
  if (service === undefined) throw new Error('there is no such service');
  const { name, namespace } = namesOf(service);
  const before = addressOf(service);
  // Neither services nor endpoints have such an address.
  const address = `10.${Number(before.split('.')[1]) === 96 ? 100 : 96}.${before.split('.').slice(2).join('.')}`;
  Reflect.set(service, 'spec', { ...Reflect.get(service, 'spec'), clusterIP: address, clusterIPs: [address] });
  const question = DomainName.parse(`${name}.${namespace}.svc.cluster.local.`);
  const started = performance.now();
  api.modify('Service', service);
  while ((await ask(socket, question, n)) !== address);
  return performance.now() - started;
}

function namesOf(service: object): { readonly name: string; readonly namespace: string } {
  const metadata: unknown = Reflect.get(service, 'metadata');
  if (typeof metadata !== 'object' || metadata === null) throw new Error('a service without metadata');
  return { name: String(Reflect.get(metadata, 'name')), namespace: String(Reflect.get(metadata, 'namespace')) };
}

function addressOf(service: object): string {
  const spec: unknown = Reflect.get(service, 'spec');
  return typeof spec === 'object' && spec !== null ? String(Reflect.get(spec, 'clusterIP')) : '';
}

/** The address in the answer, empty when there is none; an answer that does not come counts as that. */
async function ask(socket: Socket, name: DomainName, id: number): Promise<string> {
  const questions = [{ name, type: TYPE.A, class: CLASS.IN }];
  const answered = Promise.withResolvers<Buffer | undefined>();
  const take = (message: Buffer): void => {
    if (message.readUInt16BE(0) === id) answered.resolve(message);
  };
  socket.on('message', take);
  const timer = setTimeout(() => answered.resolve(undefined), TIMEOUT_MILLISECONDS);
  const query = createMessage({ id, opcode: OPCODE.QUERY, recursionDesired: true, questions });
  socket.send(encodeMessage(query, { compress: false }));
  const message = await answered.promise;
  clearTimeout(timer);
  socket.off('message', take);
  const data: unknown = message === undefined ? undefined : decodeMessage(message).answers[0]?.data;
  const address: unknown = typeof data === 'object' && data !== null ? Reflect.get(data, 'address') : undefined;
  return address instanceof Uint8Array ? address.join('.') : '';
}
