import { join } from 'node:path';
import { type ApiState, VECTORS } from './case.ts';

/** The API server of a cluster case. */
export interface ClusterUnderTest {
  /** Values of `{{api}}`, `{{apihost}}` and `{{kubeconfig}}`. */
  readonly placeholders: ReadonlyMap<string, string>;
  apply(manifests: string): Promise<void>;
  delete(manifests: string): Promise<void>;
  become(state: ApiState): Promise<void>;
}

/** An API server that can be loaded and emptied: the stand-in, or a real one. */
export interface ClusterServer extends ClusterUnderTest {
  /** Applies the manifests of a folder, status subresources included, in the order of the file names. */
  load(folder: string): Promise<void>;
  /** Makes the cluster empty, and the API as it was at the start. */
  reset(): Promise<void>;
  stop(): Promise<void>;
}

export interface BorrowedCluster extends AsyncDisposable {
  readonly cluster: ClusterUnderTest;
}

/**
 * Lends clusters to cases: those that only look share one for each folder, those that change something get one for
 * themselves, which is emptied and used again.
 */
export class ClusterPool implements AsyncDisposable {
  readonly #start: () => Promise<ClusterServer>;
  readonly #shared = new Map<string, Promise<ClusterServer>>();
  readonly #idle: ClusterServer[] = [];
  readonly #all: ClusterServer[] = [];
  readonly #waiting: (() => void)[] = [];
  #free: number;

  /** At most `changing` cases have a cluster for themselves at a time; others wait. */
  constructor(start: () => Promise<ClusterServer>, changing: number = Infinity) {
    this.#start = start;
    this.#free = changing;
  }

  async borrow(name: string, use: 'look' | 'change'): Promise<BorrowedCluster> {
    if (use === 'look') {
      const cluster = this.#shared.get(name) ?? this.#loaded(name);
      this.#shared.set(name, cluster);
      return { cluster: await cluster, [Symbol.asyncDispose]: () => Promise.resolve() };
    }
    await this.#turn();
    try {
      const cluster = await this.#loaded(name);
      return {
        cluster,
        [Symbol.asyncDispose]: async () => {
          try {
            await cluster.reset();
            this.#idle.push(cluster);
          } finally {
            this.#nextTurn();
          }
        },
      };
    } catch (error) {
      this.#nextTurn();
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#all.map((cluster) => cluster.stop()));
  }

  async #turn(): Promise<void> {
    if (this.#free > 0) {
      this.#free--;
      return;
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  #nextTurn(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#free++;
    else next();
  }

  async #loaded(name: string): Promise<ClusterServer> {
    let cluster = this.#idle.pop();
    if (cluster === undefined) {
      cluster = await this.#start();
      this.#all.push(cluster);
    }
    await cluster.load(join(VECTORS, 'clusters', name));
    return cluster;
  }
}
