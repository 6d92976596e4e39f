import type { Program } from '../harness/program.ts';

/** A server that answers. */
export interface RunningServer {
  readonly program: Program;
  /** Of plain DNS on 127.0.0.1. */
  readonly port: number;
  /** Of DNS over TLS or HTTPS, where asked for. */
  readonly securePort?: number;
  /** Of the metrics, where there are any. */
  readonly metricsPort?: number;
}
