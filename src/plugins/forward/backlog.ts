import { AgeList } from '../../transport/age-list.ts';
import type { SharedKey } from '../../plugin-api/context.ts';
import type { Forwarding } from './forwarding.ts';

/** Octets for queries that wait. The heap needs as much again, for those that have gone and are not collected yet. */
const WAITING_MEMORY = 16 << 20;
/** Octets for each: message, names, what is asked, its entry on a connection, and what goes on with the reply. Measured as heap after a collection. */
const WAITING_CLIENT = 6000;
/** About 2,800: what is under way at 50,000 queries a second to upstreams that take 56 ms. */
const MAXIMUM_WAITING = Math.floor(WAITING_MEMORY / WAITING_CLIENT);

/** All forward lines of a configuration have one backlog: memory is what it is about. */
export const backlogKey: SharedKey<Backlog> = { name: 'forward/backlog' };

/**
 * All queries that wait for upstreams, in the order in which they were asked. When there are too many, the oldest are dropped: the clients that have waited
 * longest are the first to have given up, and an upstream that has been silent so long will not answer them either.
 */
export class Backlog {
  readonly #limit: number;
  #clients = 0;
  readonly #forwardings = new AgeList<Forwarding>();

  constructor(limit: number = MAXIMUM_WAITING) {
    this.#limit = limit;
  }

  /** Makes sure that one more client can wait. */
  makeRoom(): void {
    while (this.#clients >= this.#limit && this.#forwardings.oldest !== undefined) this.#forwardings.oldest.drop();
  }

  /** Notes that one more client waits for a query that is in the backlog. */
  join(): void {
    this.#clients++;
  }

  /** Takes in a query with one client. */
  enter(forwarding: Forwarding): void {
    this.#clients++;
    this.#forwardings.add(forwarding);
  }

  /** Lets a query go, and so many clients that waited for it. */
  leave(forwarding: Forwarding, clients: number): void {
    this.#clients -= clients;
    this.#forwardings.delete(forwarding);
  }
}
