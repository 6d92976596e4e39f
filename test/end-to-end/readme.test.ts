import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCorefile } from '../../src/cli/default-corefile.ts';
import { temporaryFolder, TestProcess } from '../../src/cli/testing.ts';
import { claimPorts, type PortBlock } from '../conformance/ports.ts';
import { fencesOf } from '../presubmit/fences.ts';
import { root } from '../presubmit/source-files.ts';
import { missing, run, unless } from './tools.ts';

/** Lines that are not run here, and why. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'npm ci && npm start': 'this test runs from what is installed, and starts what `npm start` starts by itself',
  'npm ci && npm test': 'this is a part of it',
};

const fences = fencesOf('sh', ['README.md']);
const lines = fences.flatMap(({ text }) => text.split('\n').filter((line) => line.trim() !== ''));
const commands = lines.filter((line) => !Object.hasOwn(NOT_RUN, line));

/** Programs whose lines can be run against the embedded cluster. */
const RUN: readonly string[] = ['clusterfirst', 'curl', 'dig', 'host', 'kubectl', 'npx clusterfirst'];

describe('the README', () => {
  it('has commands', () => {
    expect(commands.length).toBeGreaterThan(3);
  });

  it('has no command that is neither run nor listed as not run', () => {
    expect(commands.filter((line) => !RUN.some((program) => line.startsWith(`${program} `)))).toEqual([]);
  });

  it('has every line that is listed as not run', () => {
    expect(Object.keys(NOT_RUN).filter((line) => !lines.includes(line))).toEqual([]);
  });
});

const tools = ['curl', 'dig', 'host', 'kubectl'].filter((program) =>
  commands.some((line) => line.includes(`${program} `)),
);
const { title, skip } = unless('the commands of the README', missing(...tools));

describe.skipIf(skip)(title, () => {
  const folder = temporaryFolder();
  /** The ports that the README names, and those that stand for them. */
  const moved = new Map<string, number>();
  let ports: PortBlock;
  let child: TestProcess;
  let kubeconfig = '';

  beforeAll(async () => {
    ports = await claimPorts();
    for (const port of ['1053', '8080', '9153']) moved.set(port, await ports.next());
    const corefile = defaultCorefile.replace('health\n', 'health :8080\n');
    writeFileSync(join(folder.path, 'Corefile'), here(corefile));
    child = new TestProcess(['dev', '--port', String(moved.get('1053')), '--corefile', 'Corefile'], {
      folder: folder.path,
      environment: { TMPDIR: folder.path },
    });
    await child.line(/^Ctrl-C/);
    kubeconfig = / kubeconfig +(\S+)/.exec(child.lines)?.[1] ?? '';
  });

  afterAll(async () => {
    await child[Symbol.asyncDispose]();
    await ports[Symbol.asyncDispose]();
    folder[Symbol.dispose]();
  });

  /** The line as it has to be here: with our ports and the program of this checkout. */
  function here(line: string): string {
    const program = `"${process.execPath}" "${join(root, 'bin/clusterfirst.js')}"`;
    return line
      .replaceAll(/\b(?:1053|8080|9153)\b/g, (port) => String(moved.get(port)))
      .replaceAll(/\b(?:npx )?clusterfirst (?=[a-z])/g, `${program} `);
  }

  /** What a line prints; an editor that changes nothing stands for people. */
  async function outputOf(line: string): Promise<string> {
    const { code, out, error } = await run('sh', ['-c', here(line)], {
      HOME: folder.path,
      KUBECONFIG: kubeconfig,
      KUBE_EDITOR: 'true',
      TMPDIR: folder.path,
    });
    expect(code, `${line}\n${out}${error}`).toBe(0);
    expect(`${out}${error}`).not.toBe('');
    return out;
  }

  it.each(commands)('%s', async (line) => {
    await outputOf(line);
  });

  it('print what the README shows under them', async () => {
    const [shown] = fencesOf('text', ['README.md']);
    const fence = fences.findLast(({ line }) => line < (shown?.line ?? 0));
    let printed = '';
    for (const line of (fence?.text ?? '').trimEnd().split('\n')) printed += await outputOf(line);
    expect(printed).toBe(shown?.text);
  });
});
