import { RCODE } from '../../dns/codes.ts';
import { DomainName, MAXIMUM_NAME_LENGTH } from '../../dns/name.ts';
import { CNAME } from '../../dns/records/cname.ts';
import { isLater, whenThere } from '../../plugin-api/later.ts';
import type { Next } from '../../plugin-api/plugin.ts';
import { type Query, withQuestion } from '../../plugin-api/query.ts';
import { changeReply, type Outcome, type Reply } from '../../plugin-api/reply.ts';

/** A query that is answered by going through the search list of its client. */
export interface WalkOptions {
  readonly query: Query;
  /** The client's search domains, the one that the query has at its end first, the root last. */
  readonly domains: readonly [DomainName, ...DomainName[]];
  /** Asks the rest of this server block. */
  readonly next: Next;
  /** Is it a zone of this block? Names elsewhere are asked of the whole server. */
  readonly isOwnZone: (zone: DomainName) => boolean;
  readonly onAnswer: () => void;
}

/**
 * What the client would find in the end. Its first domain's answer comes back unchanged if there is one, or if none of them has one; then
 * the client goes on by itself and gets to know the same.
 */
export class Walk {
  readonly #options: WalkOptions;
  /** Octets of the name before its search domain. */
  readonly #base: Uint8Array;
  #first: Reply | undefined;

  constructor(options: WalkOptions) {
    this.#options = options;
    const { wire } = options.query.question.name;
    this.#base = wire.subarray(0, wire.length - options.domains[0].wire.length);
  }

  run(): Outcome {
    return this.#walk(0);
  }

  /** Synchronous as long as answers are. */
  #walk(start: number): Outcome {
    const { domains } = this.#options;
    for (const [offset, domain] of domains.slice(start).entries()) {
      const i = start + offset;
      const outcome = this.#ask(domain, i);
      if (isLater(outcome)) {
        return whenThere(outcome, (reply) => {
          const answer = this.#judge(reply, domain, i);
          return answer === undefined ? this.#walk(i + 1) : answer;
        });
      }
      const answer = this.#judge(outcome, domain, i);
      if (answer !== undefined) return answer;
    }
    return this.#first ?? null;
  }

  /** Undefined for a name that would be too long. */
  #ask(domain: DomainName, i: number): Outcome | undefined {
    const { query, next, isOwnZone } = this.#options;
    if (i === 0) return next(query);
    const name = this.#nameIn(domain);
    if (name === undefined) return undefined;
    const question = { ...query.question, name };
    const zone = query.zoneOf(query, question);
    return zone !== undefined && isOwnZone(zone) ? next(withQuestion(query, question)) : query.resolve(query, question);
  }

  /** The client's answer, if this is one; undefined to go on with the next domain. */
  #judge(reply: Reply | null | undefined, domain: DomainName, i: number): Reply | null | undefined {
    if (reply === undefined) return undefined;
    if (reply === null) return null;
    if (i === 0) {
      this.#first = reply;
      // It may well be there: whatever is found further on would be the wrong answer.
      if (reply.unwritten && reply.error !== undefined) return reply;
    }
    if (reply.unwritten || reply.rcode === RCODE.NXDOMAIN) return undefined;
    this.#options.onAnswer();
    return i === 0 ? reply : this.#asAlias(reply, domain);
  }

  /** The answer to another name as one to the name that was asked for. */
  #asAlias(reply: Reply, domain: DomainName): Reply {
    const { question } = this.#options.query;
    const [first] = reply.answers;
    const target = this.#nameIn(domain);
    if (first === undefined || target === undefined) return changeReply(reply, { question });
    const alias = CNAME.make(question.name, first.ttl, { target }, question.class);
    return changeReply(reply, { question, answers: [alias, ...reply.answers] });
  }

  #nameIn(domain: DomainName): DomainName | undefined {
    const length = this.#base.length + domain.wire.length;
    if (length > MAXIMUM_NAME_LENGTH) return undefined;
    const wire = new Uint8Array(length);
    wire.set(this.#base);
    wire.set(domain.wire, this.#base.length);
    return DomainName.fromWire(wire);
  }
}
