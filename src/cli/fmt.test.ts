import { chmodSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fmt } from './fmt.ts';
import { runCommand, runProcess, temporaryFolder } from './testing.ts';
import { UsageError } from './user-error.ts';

const UGLY = '.:1053 { # all\nerrors\n  forward . 127.0.0.1 {\nmax_fails 3\n}\n}\n';
const NICE = '.:1053 { # all\n    errors\n    forward . 127.0.0.1 {\n        max_fails 3\n    }\n}\n';

describe('fmt', () => {
  it('prints', async () => {
    using folder = temporaryFolder({ Corefile: UGLY });
    expect(await runCommand(fmt, [], { folder: folder.path })).toEqual({
      code: 0,
      out: NICE.trimEnd().split('\n'),
      error: [],
    });
    expect(readFileSync(join(folder.path, 'Corefile'), 'utf8')).toBe(UGLY);
  });

  it('--check says whether there is something to do', async () => {
    using folder = temporaryFolder({ ugly: UGLY, nice: NICE });
    expect(await runCommand(fmt, ['--check', 'nice'], { folder: folder.path })).toEqual({
      code: 0,
      out: [],
      error: [],
    });
    expect(await runCommand(fmt, ['--check', 'ugly'], { folder: folder.path })).toEqual({
      code: 1,
      out: ['ugly is not in the one style: clusterfirst fmt --write ugly'],
      error: [],
    });
  });

  it('--write changes the file', async () => {
    using folder = temporaryFolder({ Corefile: UGLY });
    expect(await runCommand(fmt, ['--write'], { folder: folder.path })).toEqual({ code: 0, out: [], error: [] });
    expect(readFileSync(join(folder.path, 'Corefile'), 'utf8')).toBe(NICE);
  });

  it.skipIf(userInfo().uid === 0)('--write says in one line that it cannot', async () => {
    using folder = temporaryFolder({ Corefile: UGLY });
    chmodSync(join(folder.path, 'Corefile'), 0o444);
    await expect(runCommand(fmt, ['--write'], { folder: folder.path })).rejects.toThrow(
      'cannot write Corefile: permission denied',
    );
  });

  it('reads standard input, and cannot write to it', async () => {
    expect(await runProcess(['fmt', '-'], { input: UGLY })).toEqual({
      code: 0,
      out: NICE.trimEnd().split('\n'),
      error: [],
    });
    await expect(runCommand(fmt, ['--write', '-'])).rejects.toThrow(UsageError);
  });

  it('leaves what cannot be read as it is, and says why', async () => {
    using folder = temporaryFolder({ Corefile: '. {\n whoami\n' });
    const { code, out, error } = await runCommand(fmt, ['--write'], { folder: folder.path });
    expect([code, out]).toEqual([1, []]);
    expect(error[0]).toMatch(/^Corefile:1:3: error: /);
    expect(readFileSync(join(folder.path, 'Corefile'), 'utf8')).toBe('. {\n whoami\n');
  });

  it('keeps plugins that it does not know', async () => {
    using folder = temporaryFolder({ Corefile: '. {\nsomething new\n}\n' });
    expect((await runCommand(fmt, [], { folder: folder.path })).out).toEqual(['. {', '    something new', '}']);
  });
});
