import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Case } from './case.ts';

/** Where we answer otherwise on purpose. */
export interface Difference {
  readonly id: string;
  /** `start`, `step N` or `config N`; steps and configs count from 1. */
  readonly place: string;
  readonly reason: string;
  /** Members that stand in place of the recorded ones. */
  readonly ours: Readonly<Record<string, unknown>>;
}

export interface Expectations {
  /** Case → why it cannot pass yet. */
  readonly pending: ReadonlyMap<string, string>;
  readonly differences: readonly Difference[];
}

export async function loadExpectations(): Promise<Expectations> {
  return {
    pending: parsePending(await readList('pending.txt')),
    differences: parseDifferences(await readList('differences.txt')),
  };
}

async function readList(file: string): Promise<string> {
  return await readFile(join(import.meta.dirname, file), 'utf8');
}

/** A line of pending.txt is `folder/case  reason`. Throws for a line without a reason and for a case listed twice. */
export function parsePending(text: string): Map<string, string> {
  const pending = new Map<string, string>();
  for (const line of contentLines(text)) {
    const [, id, reason] = /^(\S+)\s+(\S.*)$/.exec(line) ?? [];
    if (id === undefined || reason === undefined) throw new Error(`pending.txt: "${line}" needs a case and a reason`);
    if (pending.has(id)) throw new Error(`pending.txt lists ${id} twice`);
    pending.set(id, reason);
  }
  return pending;
}

/**
 * An entry of differences.txt is a line `folder/case step N: reason` (or `config N`, or `start`) and, on indented lines,
 * a JSON object with the members of the step that are different. Throws for anything else.
 */
export function parseDifferences(text: string): Difference[] {
  const differences: Difference[] = [];
  const entries = contentLines(text)
    .join('\n')
    .split(/\n(?=\S)/)
    .filter((entry) => entry !== '');
  for (const entry of entries) {
    const [, id, place, reason, json] = /^(\S+) (start|(?:step|config) \d+): (.+)\n((?:\s+.*\n?)+)$/.exec(entry) ?? [];
    if (id === undefined || place === undefined || reason === undefined || json === undefined) {
      throw new Error(`differences.txt: this is no entry:\n${entry}`);
    }
    const ours: Readonly<Record<string, unknown>> = JSON.parse(json);
    if (differences.some((other) => other.id === id && other.place === place)) {
      throw new Error(`differences.txt has two entries for ${id} ${place}`);
    }
    differences.push({ id, place, reason, ours });
  }
  return differences;
}

/** The case as our server has to pass it. Throws for a difference whose place does not exist or that is none. */
export function withDifferences(vector: Case, differences: readonly Difference[]): Case {
  const steps = [...(vector.steps ?? [])];
  const configs = [...(vector.configs ?? [])];
  let head: Partial<Case> = {};
  for (const difference of differences) {
    const [kind, number] = difference.place.split(' ');
    if (kind === 'start') {
      head = replaced({ start: vector.start ?? 'ok', steps: vector.steps ?? [] }, difference);
      continue;
    }
    const list: object[] = kind === 'step' ? steps : configs;
    const i = Number(number) - 1;
    const recorded = list[i];
    if (recorded === undefined) throw new Error(`${difference.id} has no ${difference.place}`);
    list[i] = replaced(recorded, difference);
  }
  return {
    ...vector,
    ...(vector.steps !== undefined && { steps }),
    ...(vector.configs !== undefined && { configs }),
    ...head,
  };
}

function replaced<T extends object>(recorded: T, { id, place, ours }: Difference): T {
  const result: T & { any_of?: unknown } = { ...recorded, ...ours };
  if (JSON.stringify(result) === JSON.stringify(recorded)) {
    throw new Error(`differences.txt: ${id} ${place} says what the vector says; take it out`);
  }
  // Where a step lists alternatives, ours is one answer.
  if ('reply' in ours) delete result.any_of;
  return result;
}

function contentLines(text: string): string[] {
  return text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
}
