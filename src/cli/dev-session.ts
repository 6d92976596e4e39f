import { lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { UserError } from './user-error.ts';

/** Where a running `clusterfirst dev` can be reached, for `clusterfirst ask` in another terminal. */
export interface DevSession {
  readonly processId: number;
  /** DNS on loopback. */
  readonly port: number;
  readonly apiServer: string;
  readonly kubeconfig: string;
}

/** A folder that only this user may read, since other users' temporary files are not to be trusted. */
function folder(): string {
  return join(tmpdir(), `clusterfirst-${userInfo().uid}`);
}

/** Is the folder what `openSession` makes? Anybody may make one of that name first, and then see and change what is put there. */
function isOwn(path: string): boolean {
  const status = lstatSync(path);
  return status.isDirectory() && status.uid === userInfo().uid && (status.mode & 0o077) === 0;
}

/** Writes the kubeconfig and tells where everything is; returns the session. Throws UserError. */
export function openSession(session: Omit<DevSession, 'kubeconfig' | 'processId'>, kubeconfig: string): DevSession {
  mkdirSync(folder(), { recursive: true, mode: 0o700 });
  if (!isOwn(folder()))
    throw new UserError(`${folder()} is open to others: remove it, or set TMPDIR to another folder`);
  const path = join(folder(), `kubeconfig-${session.port}`);
  const complete = { ...session, processId: process.pid, kubeconfig: path };
  writeFileSync(path, kubeconfig, { mode: 0o600 });
  writeFileSync(sessionPath(), JSON.stringify(complete), { mode: 0o600 });
  return complete;
}

/** Undefined when no embedded cluster of this user runs. */
export function findSession(): DevSession | undefined {
  try {
    if (!isOwn(folder())) return undefined;
    const session: unknown = JSON.parse(readFileSync(sessionPath(), 'utf8'));
    if (!isSession(session)) return undefined;
    // Signal 0 only asks whether the process is there.
    process.kill(session.processId, 0);
    return session;
  } catch {
    return undefined;
  }
}

function isSession(value: unknown): value is DevSession {
  return (
    typeof value === 'object' &&
    value !== null &&
    'processId' in value &&
    typeof value.processId === 'number' &&
    'port' in value &&
    typeof value.port === 'number' &&
    'apiServer' in value &&
    typeof value.apiServer === 'string' &&
    'kubeconfig' in value &&
    typeof value.kubeconfig === 'string'
  );
}

export function closeSession(session: DevSession): void {
  rmSync(session.kubeconfig, { force: true });
  if (findSession()?.processId === session.processId) rmSync(sessionPath(), { force: true });
}

function sessionPath(): string {
  return join(folder(), 'dev.json');
}
