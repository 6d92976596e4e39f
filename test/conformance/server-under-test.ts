import type { SignalName } from './case.ts';
import type { ExpectedPort } from './listening.ts';

/** A server that a case asks. */
export interface ServerUnderTest {
  /** Lines of standard output and error so far. */
  readonly lines: readonly string[];
  /** Settles when the process ends, or what stands for one. */
  readonly exitCode: Promise<number>;
  signal(name: SignalName): Promise<void>;
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly corefile: string;
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Ports that the server has to open before it counts as started. */
  readonly ports: readonly ExpectedPort[];
}

/** Starts a server; rejects with ServerRefused when it does not want to start. */
export type StartServer = (options: StartOptions) => Promise<ServerUnderTest>;

/** The server ended, or refused its configuration, before it listened. */
export class ServerRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ServerRefused';
  }
}

/** A server has so long to open its ports: kubernetes waits up to 10 s for a silent API in some cases. */
export const START_TIMEOUT_MS = 20_000;
