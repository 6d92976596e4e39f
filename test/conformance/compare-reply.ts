import type { EdnsVector, ReplyVector } from './case.ts';
import { type RecordTolerance, compareMultisets, compareOrdered, type ListDifference } from './records.ts';

/** How a whole reply is compared. */
export interface ReplyTolerance {
  readonly ordered: boolean;
  readonly case: boolean;
  readonly ttlSlack: number;
  readonly volatile: readonly string[];
  /** Names the question that a reply repeats when the vector does not say otherwise, in presentation format. */
  readonly question: string;
}

/** What differs between the recorded reply and the one that came, a line or more for each part; empty when they fit. */
export function compareReply(
  expected: ReplyVector | null,
  actual: ReplyVector | null,
  tolerance: ReplyTolerance,
): string[] {
  if (expected === null || actual === null) {
    if (expected === actual) return [];
    return expected === null
      ? [`expected no reply, came ${summary(actual)}`]
      : [`expected ${summary(expected)}, no reply came`];
  }
  const differences = compareHttp(expected, actual);
  // A failed HTTP request carries no message.
  if (differences.length > 0 || (expected.http !== undefined && expected.http['status'] !== 200)) return differences;
  return [
    ...compareHeader(expected, actual, tolerance),
    ...compareQuestion(expected, actual, tolerance),
    ...SECTIONS.flatMap((section) => compareSection(section, expected, actual, tolerance)),
    ...compareEdns(expected.edns, actual.edns, tolerance),
    ...compareValue('tsig', expected.tsig, actual.tsig),
    ...compareValue('incomplete', expected.incomplete ?? false, actual.incomplete ?? false),
  ];
}

/** The difference of two plain values as a line; none when they print the same. */
export function compareValue(what: string, expected: unknown, actual: unknown): string[] {
  const [a, b] = [JSON.stringify(expected) ?? 'none', JSON.stringify(actual) ?? 'none'];
  return a === b ? [] : [`${what}: expected ${a}, came ${b}`];
}

const SECTIONS = ['answer', 'authority', 'additional'] as const;

function compareHeader(expected: ReplyVector, actual: ReplyVector, { volatile }: ReplyTolerance): string[] {
  return [
    ...(expected.id === undefined ? [] : compareValue('id', expected.id, actual.id)),
    ...(volatile.includes('rcode') ? [] : compareValue('rcode', expected.rcode, actual.rcode)),
    ...(volatile.includes('flags') ? [] : compareValue('flags', sorted(expected.flags), sorted(actual.flags))),
    ...compareValue('opcode', expected.opcode ?? 'QUERY', actual.opcode),
  ];
}

function compareQuestion(expected: ReplyVector, actual: ReplyVector, { volatile, question }: ReplyTolerance): string[] {
  if (volatile.includes('question')) return [];
  return compareValue('question', expected.question ?? [question], actual.question);
}

function compareSection(
  section: (typeof SECTIONS)[number],
  expected: ReplyVector,
  actual: ReplyVector,
  tolerance: ReplyTolerance,
): string[] {
  if (tolerance.volatile.includes(section)) return [];
  const records: RecordTolerance = {
    case: tolerance.case,
    ttlSlack: tolerance.volatile.includes('ttl') ? undefined : tolerance.ttlSlack,
  };
  const compare = tolerance.ordered ? compareOrdered : compareMultisets;
  const difference = compare(expected[section] ?? [], actual[section] ?? [], records);
  return difference === undefined ? [] : [printDifference(section, difference)];
}

function compareEdns(
  expected: EdnsVector | undefined,
  actual: EdnsVector | undefined,
  { volatile }: ReplyTolerance,
): string[] {
  if (volatile.includes('edns')) return [];
  const withOptions = !volatile.includes('edns.options');
  return compareValue('edns', normalEdns(expected, withOptions), normalEdns(actual, withOptions));
}

function normalEdns(edns: EdnsVector | undefined, withOptions: boolean): unknown {
  if (edns === undefined) return undefined;
  const { payload = 1232, do: dnssecOk = false, version = 0, options = [] } = edns;
  return { payload, do: dnssecOk, version, ...(withOptions && { options }) };
}

function compareHttp(expected: ReplyVector, actual: ReplyVector): string[] {
  const names = new Set([...Object.keys(expected.http ?? {}), ...Object.keys(actual.http ?? {})]);
  return [...names].flatMap((name) => compareValue(`http ${name}`, expected.http?.[name], actual.http?.[name]));
}

function printDifference(section: string, { missing, unexpected }: ListDifference): string {
  const lines = [...missing.map((record) => `  - ${record}`), ...unexpected.map((record) => `  + ${record}`)];
  return `${section} (- expected, + came):\n${lines.join('\n')}`;
}

function summary(reply: ReplyVector | null): string {
  if (reply?.rcode === undefined) return JSON.stringify(reply?.http);
  const records = reply.answer?.join('; ') ?? '';
  return `${reply.rcode}${records === '' ? '' : ` with ${records}`}`;
}

function sorted(words: readonly string[] | undefined): string[] {
  return (words ?? []).toSorted();
}
