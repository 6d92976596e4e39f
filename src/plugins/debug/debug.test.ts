import { describe, expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { debug } from './debug.ts';

describe('debug', () => {
  test('lets the server print debug lines and where a panic came from', () => {
    expect(setUp(debug, 'debug').instance.settings).toEqual({ debug: true });
  });

  test('may be given twice', () => {
    expect(setUp(debug, 'debug\ndebug').problems).toEqual([]);
    expect(debug.repeatable).toBe(true);
  });

  test.each([
    ['debug on', 'Corefile:2:7: "debug" takes no argument, "on" is one too many (write: debug)'],
    ['debug {\n}', 'Corefile:2:7: "debug" takes no block (remove the braces)'],
  ])('%j is refused', (directives, problem) => {
    expect(setUp(debug, directives).problems.map(describeProblem)).toEqual([problem]);
  });
});
