import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { runCommand, runProcess, temporaryFolder } from './testing.ts';
import { UsageError, UserError } from './user-error.ts';

const GOOD = '.:1053 {\n    errors\n    whoami\n}\n';
const OLD = '.:1053 {\n    proxy . 127.0.0.1\n}\n';
const BAD = '.:1053 {\n    erors\n    forward . 127.0.0.1 {\n        max_fails many\n    }\n}\n';

describe('check', () => {
  it.each<[what: string, text: string, code: number, out: readonly string[]]>([
    ['nothing wrong', GOOD, 0, ['Corefile: good']],
    [
      'a warning',
      OLD,
      0,
      [
        'Corefile:2:5: warning: "proxy" is an old spelling',
        '        proxy . 127.0.0.1',
        '        ~~~~^',
        '    hint: write "forward"',
        'Corefile: good, with 1 warning',
      ],
    ],
    [
      'everything at once',
      BAD,
      1,
      [
        'Corefile:2:5: error: there is no plugin "erors"',
        '        erors',
        '        ~~~~^',
        '    hint: did you mean "errors"?',
        expect.stringMatching(/^Corefile:4:19: error: "many" is not a whole number/),
        '            max_fails many',
        '                      ~~~^',
        expect.stringContaining('hint: '),
        'Corefile: 2 errors, 0 warnings',
      ],
    ],
    ['nothing at all', '', 0, ['Corefile: good']],
  ])('tells of %s', async (_what, text, code, out) => {
    using folder = temporaryFolder({ Corefile: text });
    expect(await runCommand(check, [], { folder: folder.path })).toEqual({ code, out, error: [] });
  });

  it('reads the file that is named, and what it imports', async () => {
    using folder = temporaryFolder({ a: '.:1053 {\n import parts/*\n}\n', 'parts/b': 'whoami\nerors\n' });
    const { code, out } = await runCommand(check, ['a'], { folder: folder.path });
    expect(code).toBe(1);
    expect(out.slice(0, 2)).toEqual([
      expect.stringMatching(/parts\/b:2:1: error: there is no plugin "erors"$/),
      '    erors',
    ]);
  });

  it('shows problems as JSON', async () => {
    using folder = temporaryFolder({ Corefile: BAD });
    const { code, out } = await runCommand(check, ['--json'], { folder: folder.path });
    expect(code).toBe(1);
    expect(JSON.parse(out.join('\n'))).toEqual([
      expect.objectContaining({
        severity: 'error',
        code: 'server/unknown-directive',
        message: 'there is no plugin "erors"',
        place: { file: 'Corefile', line: 2, column: 5, length: 5 },
        hint: 'did you mean "errors"?',
      }),
      expect.objectContaining({ code: 'option/value' }),
    ]);
  });

  it('reads standard input', async () => {
    const good = await runProcess(['check', '-'], { input: GOOD });
    expect(good).toEqual({ code: 0, out: ['/dev/stdin: good'], error: [] });
    const bad = await runProcess(['check', '-'], { input: '. {\n erors\n}\n' });
    expect(bad).toMatchObject({ code: 1, error: [] });
    expect(bad.out[0]).toBe('/dev/stdin:2:2: error: there is no plugin "erors"');
  });

  it('replaces environment variables', async () => {
    using folder = temporaryFolder({ Corefile: '.:{$PORT} {\n whoami\n}\n' });
    const settings = { folder: folder.path, environment: { PORT: '1053' } };
    expect((await runCommand(check, [], settings)).out).toEqual(['Corefile: good']);
  });

  it('says in one line that the file cannot be read', async () => {
    using folder = temporaryFolder();
    const settings = { folder: folder.path };
    await expect(runCommand(check, ['none'], settings)).rejects.toThrow(
      new UserError('cannot read the Corefile none: no such file; check the path and its permissions'),
    );
    await expect(runCommand(check, ['.'], settings)).rejects.toThrow(/it is a directory/);
    await expect(runCommand(check, ['--jsn'], settings)).rejects.toThrow(UsageError);
  });
});
