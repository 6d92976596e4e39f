import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { closeSession, findSession, openSession } from './dev-session.ts';
import { temporaryFolder } from './testing.ts';

describe('a session', () => {
  const before = process.env['TMPDIR'];
  let folder = temporaryFolder();

  beforeEach(() => {
    folder = temporaryFolder();
    process.env['TMPDIR'] = folder.path;
  });

  afterEach(() => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    folder[Symbol.dispose]();
  });

  it('is found while its process runs, and gone when it is closed', () => {
    expect(findSession()).toBeUndefined();
    const session = openSession({ port: 1053, apiServer: 'http://127.0.0.1:8001' }, 'the kubeconfig');
    expect(findSession()).toEqual(session);
    expect(session).toMatchObject({ processId: process.pid, port: 1053, apiServer: 'http://127.0.0.1:8001' });
    expect(readFileSync(session.kubeconfig, 'utf8')).toBe('the kubeconfig');
    expect(statSync(dirname(session.kubeconfig)).mode & 0o777).toBe(0o700);
    expect(statSync(session.kubeconfig).mode & 0o777).toBe(0o600);
    closeSession(session);
    expect(findSession()).toBeUndefined();
    expect(existsSync(session.kubeconfig)).toBe(false);
  });

  it('is neither put into a folder that is open to others nor taken from one', () => {
    const session = openSession({ port: 1053, apiServer: 'http://127.0.0.1:8001' }, '');
    chmodSync(dirname(session.kubeconfig), 0o777);
    expect(findSession()).toBeUndefined();
    expect(() => openSession({ port: 1053, apiServer: 'http://127.0.0.1:8001' }, '')).toThrow('is open to others');
  });

  it('of a process that is gone is none', () => {
    const session = openSession({ port: 1053, apiServer: 'http://127.0.0.1:8001' }, '');
    const path = join(dirname(session.kubeconfig), 'dev.json');
    const { pid } = spawnSync(process.execPath, ['--version']);
    writeFileSync(path, JSON.stringify({ ...session, processId: pid }));
    expect(findSession()).toBeUndefined();
    writeFileSync(path, '{"half": ');
    expect(findSession()).toBeUndefined();
  });

  it('that came later is not closed by an earlier one', () => {
    const session = openSession({ port: 1053, apiServer: 'http://127.0.0.1:8001' }, '');
    const later = { ...session, processId: process.ppid };
    writeFileSync(join(dirname(session.kubeconfig), 'dev.json'), JSON.stringify(later));
    closeSession(session);
    expect(findSession()).toEqual(later);
  });
});
