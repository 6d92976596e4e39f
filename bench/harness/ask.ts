import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { RCODE } from '../../src/dns/codes.ts';
import { decodeMessage } from '../../src/dns/decode.ts';
import type { Message } from '../../src/dns/message.ts';
import type { Program } from './program.ts';
import { queryOf } from './query.ts';

/** How long a server may take to read its cluster and answer. */
const START_MILLISECONDS = 60_000;
const ASK_MILLISECONDS = 250;

/** A server that could not be started for a measurement; the message says why. */
export class ServerRefused extends Error {
  override readonly name = 'ServerRefused';
}

/** Asks `NAME TYPE` once; undefined when no answer comes in time. */
export async function ask(
  port: number,
  line: string,
  milliseconds: number = ASK_MILLISECONDS,
): Promise<Message | undefined> {
  const octets = queryOf(line, Math.floor(Math.random() * 0x10000));
  const socket = createSocket('udp4');
  const { promise, resolve } = Promise.withResolvers<Message | undefined>();
  const timer = setTimeout(() => resolve(undefined), milliseconds);
  socket.on('message', (data) => resolve(decodeMessage(data)));
  socket.on('error', () => resolve(undefined));
  socket.send(octets, port, '127.0.0.1');
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}

/** Waits until the server answers the question with records. Rejects with ServerRefused when it ends or does not come. */
export async function waitForAnswer(program: Program, port: number, line: string): Promise<void> {
  const end = performance.now() + START_MILLISECONDS;
  for (;;) {
    if (program.hasEnded) throw new ServerRefused(program.lastWords);
    const answer = await ask(port, line);
    if (answer?.rcode === RCODE.NOERROR && answer.answers.length > 0) return;
    if (performance.now() > end) {
      await program.stop();
      throw new ServerRefused(`no answer to "${line}" within ${START_MILLISECONDS / 1000} s: ${program.lastWords}`);
    }
    await sleep(50);
  }
}
