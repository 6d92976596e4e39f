import { describe, expect, it } from 'vitest';
import { type FlagKind, parseGoFlags } from './go-flags.ts';
import { UsageError } from './user-error.ts';

const flags: Readonly<Record<string, FlagKind>> = { conf: 'value', 'dns.port': 'value', quiet: 'switch' };

describe('flags', () => {
  it.each<[args: string, values: Readonly<Record<string, string>>, rest: readonly string[]]>([
    ['', {}, []],
    ['-conf a', { conf: 'a' }, []],
    ['--conf a', { conf: 'a' }, []],
    ['-conf=a', { conf: 'a' }, []],
    ['--conf=a=b', { conf: 'a=b' }, []],
    ['-conf=', { conf: '' }, []],
    ['-conf -quiet', { conf: '-quiet' }, []],
    ['-dns.port 5 -quiet', { 'dns.port': '5', quiet: 'true' }, []],
    ['-quiet=false', { quiet: 'false' }, []],
    ['-conf a -conf b', { conf: 'b' }, []],
    // A switch takes no word of its own, so the word is where flags end.
    ['-quiet false', { quiet: 'true' }, ['false']],
    ['a -conf b', {}, ['a', '-conf', 'b']],
    ['-quiet -- -conf b', { quiet: 'true' }, ['-conf', 'b']],
    ['-quiet - x', { quiet: 'true' }, ['-', 'x']],
  ])('%s', (args, values, rest) => {
    const parsed = parseGoFlags(args === '' ? [] : args.split(' '), flags);
    expect(Object.fromEntries(parsed.values)).toEqual(values);
    expect(parsed.rest).toEqual(rest);
  });

  it.each([
    ['-bogus', 'there is no flag -bogus; flags are: -conf -dns.port -quiet'],
    ['-Conf a', 'there is no flag -Conf; flags are: -conf -dns.port -quiet'],
    ['-toString', 'there is no flag -toString; flags are: -conf -dns.port -quiet'],
    ['-conf', 'flag -conf needs a value'],
    ['-quiet=perhaps', 'flag -quiet is on or off: "perhaps" is neither true nor false'],
  ])('%s is refused', (args, message) => {
    expect(() => parseGoFlags(args.split(' '), flags)).toThrow(new UsageError(message));
  });
});
