import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { RCODE } from '../../dns/codes.ts';
import { makeFailure, makeReply } from '../../plugin-api/reply.ts';
import { setUp, testQuery, type TestSetup } from '../../plugin-api/testing.ts';
import { errors } from './errors.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function fail({ instance }: TestSetup, text: string, name = 'a.test', type = 'A'): void {
  const query = testQuery({ name, type });
  instance.observe?.(query, makeFailure(query, RCODE.SERVFAIL, new Error(text)));
}

describe('a line', () => {
  test('tells rcode, name, type and reason', () => {
    const made = setUp(errors, 'errors');
    fail(made, 'no upstream answered', 'WWW.Example.ORG', 'AAAA');
    expect(made.log).toEqual(['[ERROR] 2 www.example.org. AAAA: no upstream answered']);
  });

  test('is printed for an answered query too, when something went wrong on the way', () => {
    const made = setUp(errors, 'errors');
    const query = testQuery({ name: 'a.test' });
    made.instance.observe?.(query, makeReply(query, { error: new Error('half of it') }));
    expect(made.log).toEqual(['[ERROR] 0 a.test. A: half of it']);
  });

  test('needs a reason', () => {
    const made = setUp(errors, 'errors');
    const query = testQuery({ name: 'a.test' });
    made.instance.observe?.(query, makeFailure(query, RCODE.SERVFAIL));
    made.instance.observe?.(query, makeReply(query));
    made.instance.observe?.(query, null);
    expect(made.log).toEqual([]);
  });
});

describe('consolidate', () => {
  test('tells once after the period how many errors there were', () => {
    const made = setUp(errors, 'errors {\n consolidate 5m ".* timeout$"\n}');
    for (let i = 0; i < 3; i++) fail(made, 'read: i/o timeout');
    fail(made, 'no route');
    expect(made.log).toEqual(['[ERROR] 2 a.test. A: no route']);
    vi.advanceTimersByTime(299_999);
    expect(made.log).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(made.log.at(-1)).toBe("[ERROR] 3 errors like '.* timeout$' occurred in last 5m0s");
  });

  test('begins a new period with the next error', () => {
    const made = setUp(errors, 'errors {\n consolidate 1s timeout\n}');
    fail(made, 'timeout');
    vi.advanceTimersByTime(5000);
    expect(made.log).toEqual(["[ERROR] 1 errors like 'timeout' occurred in last 1s"]);
    vi.advanceTimersByTime(5000);
    expect(made.log).toHaveLength(1);
    fail(made, 'timeout');
    vi.advanceTimersByTime(1000);
    expect(made.log).toHaveLength(2);
  });

  test.each(['warning', 'error', 'info', 'debug'])('logs at level %s', async (level) => {
    const made = setUp(errors, `errors {\n consolidate 1s timeout ${level} show_first\n}`);
    fail(made, 'timeout');
    fail(made, 'timeout');
    await made.instance.stop?.('shutdown');
    const label = `[${level.toUpperCase()}]`;
    const expected = [`${label} 2 a.test. A: timeout`, `${label} 2 errors like 'timeout' occurred in last 1s`];
    // Nobody has switched debug lines on.
    expect(made.log).toEqual(level === 'debug' ? [] : expected);
  });

  test('with show_first says nothing more about an error that stayed alone', () => {
    const made = setUp(errors, 'errors {\n consolidate 1s timeout show_first\n}');
    fail(made, 'timeout');
    vi.advanceTimersByTime(1000);
    expect(made.log).toEqual(['[ERROR] 2 a.test. A: timeout']);
  });

  test('counts an error for the first pattern that matches', async () => {
    const made = setUp(errors, 'errors {\n consolidate 1m "^read" warning\n consolidate 1m timeout\n}');
    fail(made, 'read timeout');
    fail(made, 'write timeout');
    fail(made, 'write timeout');
    await made.instance.stop?.('reload');
    expect(made.log).toEqual([
      "[WARNING] 1 errors like '^read' occurred in last 1m0s",
      "[ERROR] 2 errors like 'timeout' occurred in last 1m0s",
    ]);
  });

  test('tells at the end what was counted, and only that', async () => {
    const made = setUp(errors, 'errors {\n consolidate 1m timeout\n consolidate 1m route\n}');
    fail(made, 'timeout');
    await made.instance.stop?.('shutdown');
    vi.advanceTimersByTime(60_000);
    expect(made.log).toEqual(["[ERROR] 1 errors like 'timeout' occurred in last 1m0s"]);
  });
});

test.each([
  ['errors', false],
  ['errors {\n}', false],
  ['errors {\n stacktrace\n}', true],
])('%j: stacks of panics are logged: %s', (directives, stackTraces) => {
  expect(setUp(errors, directives).instance.settings).toEqual({ stackTraces });
});

test.each([
  'errors stdout',
  'errors stdout {\n consolidate 5m "timeout$" warning show_first\n consolidate 30s "^Failed"\n stacktrace\n}',
  'errors {\n consolidate 0 ".*"\n consolidate -5m ".*" show_first show_first\n}',
])('%j is accepted', (directives) => {
  expect(setUp(errors, directives).problems).toEqual([]);
});

const USAGE = 'write: consolidate DURATION REGEXP [LEVEL] [show_first]';

test.each([
  ['errors stderr', 'Corefile:2:8: "stderr" is not one of stdout (write one of: stdout)'],
  ['errors stdout x', 'Corefile:2:15: "errors" takes one argument, "x" is one too many (write: errors [stdout])'],
  ['errors {\n stacktrace x\n}', 'Corefile:3:13: "stacktrace" takes no argument'],
  [
    'errors {\n consolidte 5m x\n}',
    'Corefile:3:2: plugin errors has no option "consolidte" (did you mean "consolidate"?)',
  ],
  ['errors {\n consolidate 5m\n}', `Corefile:3:14: "consolidate" needs 2 arguments, not 1 (${USAGE})`],
  [
    'errors {\n consolidate 5m x info show_first y\n}',
    `"consolidate" takes 4 arguments, "y" is one too many (${USAGE})`,
  ],
  ['errors {\n consolidate 5 x\n}', 'Corefile:3:14: "5" is not a duration (a unit is missing: 5s?)'],
  ['errors {\n consolidate 5m "("\n}', 'Corefile:3:17: "(" is not a regular expression'],
  [`errors {\n consolidate 5m ${'x'.repeat(10_001)}\n}`, 'the regular expression has more than 10000 characters'],
  ['errors {\n consolidate 5m x info debug\n}', `Corefile:3:24: a second log level is given (${USAGE}`],
  ['errors {\n consolidate 5m x show_first info\n}', 'Corefile:3:30: the log level must come before show_first'],
  ['errors {\n consolidate 5m x fatal\n}', 'Corefile:3:19: "fatal" is neither a log level nor show_first'],
])('%j is refused', (directives, problem) => {
  const { problems } = setUp(errors, directives);
  expect(problems.map(describeProblem).join('\n')).toContain(problem);
  expect(problems.every(({ severity }) => severity === 'error')).toBe(true);
});

test('stands once in a block', () => {
  expect(errors.repeatable).toBe(false);
});
