import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { runProcess, temporaryFolder } from './testing.ts';

describe('clusterfirst', () => {
  it.each([['help'], ['--help'], ['-h'], ['-help']])('%s says what there is', async (flag) => {
    const { code, out, error } = await runProcess([flag]);
    expect([code, error]).toEqual([0, []]);
    expect(out[0]).toBe('clusterfirst: the DNS server of a Kubernetes cluster');
    for (const name of ['serve', 'dev', 'ask', 'check', 'fmt', 'plugins']) {
      expect(out.some((line) => line.startsWith(`  ${name} `))).toBe(true);
    }
  });

  it.each(['serve', 'dev', 'ask', 'check', 'fmt', 'plugins'])('%s --help shows how, with examples', async (name) => {
    const [asked, told] = await Promise.all([runProcess([name, '--help']), runProcess(['help', name])]);
    expect(asked).toMatchObject({ code: 0, error: [] });
    expect(asked.out[0]).toMatch(new RegExp(`^usage: clusterfirst ${name}( |$)`));
    expect(asked.out).toContain('examples:');
    expect(told).toEqual(asked);
  });

  it('without anything says what there is', async () => {
    using folder = temporaryFolder();
    const { code, out } = await runProcess([], { folder: folder.path });
    expect([code, out[0]]).toEqual([0, 'clusterfirst: the DNS server of a Kubernetes cluster']);
  });

  it.each<[args: readonly string[], code: number, line: string]>([
    [['sevre'], 2, 'there is no command "sevre"; `clusterfirst help` lists all of them'],
    [['toString'], 2, 'there is no command "toString"; `clusterfirst help` lists all of them'],
    [['check', '--jsn'], 2, "Unknown option '--jsn'; --help shows what there is"],
    [['dev', '--port', '70000'], 2, '--port 70000 is no port; ports go up to 65535'],
    [['dev', '--port', 'x'], 2, '--port x is no port; ports go up to 65535'],
    [['ask'], 2, 'which name? clusterfirst ask NAME'],
    [['plugins', 'cach'], 1, 'there is no plugin "cach"; did you mean "cache"?'],
  ])('%j: exit code %i, one line', async (args, code, line) => {
    expect(await runProcess(args)).toEqual({ code, out: [], error: [`clusterfirst: ${line}`] });
  });

  it('bears that nobody reads its output to the end', async () => {
    const program = fileURLToPath(new URL('../../bin/clusterfirst.js', import.meta.url));
    const command = `for i in 1 2 3 4 5 6; do "${process.execPath}" "${program}" plugins kubernetes | head -1; done`;
    const { promise, resolve } = Promise.withResolvers<string>();
    execFile('sh', ['-c', command], (_error, _output, complaint) => resolve(complaint));
    expect(await promise).toBe('');
  });
});
