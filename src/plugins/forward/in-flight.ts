import { hashName, isSameName, mixed } from '../../dns/letter-case.ts';
import { Chains } from '../../transport/chains.ts';
import type { UpstreamQuery } from '../../transport/upstream/upstream.ts';
import type { Backlog } from './backlog.ts';
import type { Forwarding } from './forwarding.ts';
import type { Waiter } from './waiter.ts';

/** Where the question's name starts: after the header. */
const NAME_START = 12;
/** A third of the queries that may wait, see Backlog. A power of two. */
const CHAINS = 1024;

/** The queries of one forward line that are on their way, by what was asked: the same question is asked of upstreams once. */
export class InFlight {
  readonly #byHash = new Chains<Forwarding>(CHAINS);
  readonly #backlog: Backlog;
  readonly #seed: number;
  #waiters = 0;

  /** `seed`: nobody else's to know, lest names be asked that share one hash. */
  constructor(backlog: Backlog, seed: number) {
    this.#backlog = backlog;
    this.#seed = seed;
  }

  /** What asks the same has the same one. */
  hashOf({ question }: UpstreamQuery): number {
    return hashName(question.name.wire, mixed(this.#seed, question.type));
  }

  /** Clients that wait, however many of them for the same answer. */
  get waiters(): number {
    return this.#waiters;
  }

  /**
   * Lets `waiter` have the answer to a query that is on its way; false if there is none that asks the same by the same protocol and terms: then it has to
   * `enter` one of its own.
   */
  join(asked: UpstreamQuery, hash: number, waiter: Waiter): boolean {
    let forwarding = this.#byHash.first(hash);
    while (forwarding !== undefined && !(forwarding.hash === hash && isSame(forwarding.asked, asked)))
      forwarding = forwarding.chained;
    if (forwarding === undefined) return false;
    forwarding.add(waiter);
    this.#waiters++;
    this.#backlog.join();
    return true;
  }

  /** Takes in a query with one waiter, which others may join. */
  enter(forwarding: Forwarding): void {
    this.#waiters++;
    this.#backlog.enter(forwarding);
    this.#byHash.add(forwarding.hash, forwarding);
  }

  /** Lets it go, and its waiters: their answer is there. */
  leave(forwarding: Forwarding, waiters: number): void {
    this.#waiters -= waiters;
    this.#backlog.leave(forwarding, waiters);
    this.#byHash.delete(forwarding.hash, forwarding);
  }
}

/** Are the two the same octet by octet – flags, EDNS terms and options too – up to the letter case of the name? */
function isSame(a: UpstreamQuery, b: UpstreamQuery): boolean {
  if (a.protocol !== b.protocol || a.payloadSize !== b.payloadSize || a.octets.length !== b.octets.length) return false;
  const nameLength = a.question.name.wire.length;
  const nameEnd = NAME_START + nameLength;
  for (let i = 2; i < NAME_START; i++) if (a.octets[i] !== b.octets[i]) return false;
  for (let i = nameEnd; i < a.octets.length; i++) if (a.octets[i] !== b.octets[i]) return false;
  return isSameName(a.octets, NAME_START, b.octets, NAME_START, nameLength);
}
