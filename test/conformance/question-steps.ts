import type { QueryStep, RawStep, ReplyVector, TcpIdleStep, TcpManyStep, Tolerance } from './case.ts';
import { ask, askRaw } from './client/ask.ts';
import { askMany, idleUntilClosed } from './client/conversation.ts';
import { type ReplyTolerance, compareReply } from './compare-reply.ts';
import { fillAll } from './placeholders.ts';
import { questionOfQuery } from './wire.ts';

/** What the steps that ask need to know of their case. */
export interface Asking {
  readonly directory: string;
  readonly port: number;
  readonly ttlSlack: number;
}

/** Asks a question; the result says how the reply differs from the recorded one. */
export async function runQueryStep(step: QueryStep, run: Asking): Promise<string[]> {
  const { reply, clientPort } = await ask(step.query, run);
  const tolerance = toleranceOf(step, run, questionOfQuery(step.query));
  const recorded = step.any_of ?? [step.reply ?? null];
  const results = recorded.map((expected) => compareReply(withClientPort(expected, clientPort), reply, tolerance));
  if (results.some((differences) => differences.length === 0)) return [];
  return results.flatMap((differences, i) =>
    results.length === 1 ? differences : [`alternative ${i + 1}:`, ...differences],
  );
}

/** Sends octets as they are; the recorded reply names its question itself. */
export async function runRawStep(step: RawStep, run: Asking): Promise<string[]> {
  const { reply, clientPort } = await askRaw(step, run);
  return compareReply(withClientPort(step.reply, clientPort), reply, toleranceOf(step, run, ''));
}

/** Asks several questions over one connection. */
export async function runManyStep(step: TcpManyStep, run: Asking): Promise<string[]> {
  const replies = await askMany(step, run);
  return step.tcp_many.flatMap((query, i) => {
    const tolerance = toleranceOf(step, run, questionOfQuery(query));
    const differences = compareReply(step.replies[i] ?? null, replies[i] ?? null, tolerance);
    return differences.map((difference) => `question ${i + 1}: ${difference}`);
  });
}

/** Waits for the server to close a connection that is left alone. */
export async function runIdleStep(step: TcpIdleStep, run: Asking): Promise<string[]> {
  const closed = await idleUntilClosed(step, run);
  const came =
    closed === undefined ? `still open after ${step.tcp_idle.max_ms} ms` : `closed after ${Math.round(closed)} ms`;
  if (step.closed_ms === null) return closed === undefined ? [] : [`expected an open connection, it was ${came}`];
  const [least, most] = step.closed_ms;
  const inTime = closed !== undefined && closed >= least && closed <= most;
  return inTime ? [] : [`expected to be closed after ${least} to ${most} ms, it was ${came}`];
}

function toleranceOf(step: Tolerance, run: Asking, question: string): ReplyTolerance {
  return {
    ordered: step.ordered ?? false,
    case: step.case ?? false,
    ttlSlack: step.ttl_slack ?? run.ttlSlack,
    volatile: step.volatile ?? [],
    question,
  };
}

function withClientPort(reply: ReplyVector | null, port: number): ReplyVector | null {
  return fillAll(reply, new Map([['client_port', String(port)]]));
}
