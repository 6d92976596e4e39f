import { RCODE } from '../../dns/codes.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { CNAME } from '../../dns/records/cname.ts';
import { NS } from '../../dns/records/ns.ts';
import { PTR } from '../../dns/records/ptr.ts';
import { SRV } from '../../dns/records/srv.ts';
import { TXT } from '../../dns/records/txt.ts';
import { TYPE } from '../../dns/types.ts';
import type { ClusterStore } from '../../kube/store.ts';
import { dependingOn, type Validity, validWhile } from '../../plugin-api/validity.ts';
import { fallsThrough } from '../../plugin-api/fallthrough.ts';
import { whenThere } from '../../plugin-api/later.ts';
import type { Next } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, mapReply, type Outcome, withValidity } from '../../plugin-api/reply.ts';
import { chase, type Chased } from './alias-chase.ts';
import { Backends, type ServiceTargets } from './backends.ts';
import type { ClusterSlots } from './cluster-slots.ts';
import { deny } from './denial.ts';
import { type Located, LocatedNames } from './located-names.ts';
import type { Lookup } from './lookup.ts';
import type { NameServers } from './name-servers.ts';
import { reverseAddress } from './reverse-address.ts';
import { makeTargets } from './service-targets.ts';
import type { AnswerSettings } from './settings.ts';
import { nameBelow } from './target-name.ts';
import type { ServedZones, SpelledZone } from './zones.ts';

// The version of the Kubernetes DNS specification that the names follow, and the TTL of its record there (§2.2).
const SCHEMA_VERSION = { strings: ['1.1.0'] } as const;
const SCHEMA_VERSION_TTL = 28_800;

export interface AnswersOptions {
  readonly store: ClusterStore;
  readonly zones: ServedZones;
  readonly settings: AnswerSettings;
  readonly lookup: Lookup;
  readonly nameServers: NameServers;
  readonly slots: ClusterSlots;
}

/** Answers queries for the cluster's zones from the store. Waits only where an alias leads out of them. */
export class Answers {
  readonly #store: ClusterStore;
  readonly #zones: ServedZones;
  readonly #settings: AnswerSettings;
  readonly #lookup: Lookup;
  readonly #nameServers: NameServers;
  readonly #slots: ClusterSlots;
  readonly #located: LocatedNames;

  constructor({ store, zones, settings, lookup, nameServers, slots }: AnswersOptions) {
    this.#store = store;
    this.#zones = zones;
    this.#settings = settings;
    this.#lookup = lookup;
    this.#nameServers = nameServers;
    this.#slots = slots;
    this.#located = new LocatedNames({ settings, lookup, nameServers, slots });
  }

  handle(query: Query, next: Next): Outcome {
    const { name, type } = query.question;
    const served = this.#zones.find(name);
    if (served === undefined) return next(query);
    const zone = served.spelledIn(name);
    switch (type) {
      case TYPE.A:
      case TYPE.AAAA:
        return this.#answerAddresses(query, next, zone);
      case TYPE.SRV:
        return this.#answerServices(query, next, zone);
      case TYPE.PTR:
        return this.#answerPointer(query, next, zone);
      case TYPE.CNAME:
        return this.#answerAlias(query, next, zone);
      case TYPE.TXT:
        return this.#answerText(query, next, zone);
      case TYPE.SOA:
        return isApex(name, zone)
          ? this.#reply(query, zone, this.#slots.always, [zone.soa(this.#serial(zone))])
          : this.#noData(query, zone, this.#slots.always);
      case TYPE.NS:
        return isApex(name, zone) ? this.#answerNameServers(query, zone) : this.#answerNothing(query, next, zone);
      case TYPE.AXFR:
      case TYPE.IXFR:
        return makeFailure(query, RCODE.REFUSED);
      default:
        return this.#answerNothing(query, next, zone);
    }
  }

  /** Would `handle` answer without asking the next plugin? */
  answersNow(query: Query): boolean {
    const { name, type } = query.question;
    const served = this.#zones.find(name);
    if (served === undefined) return false;
    if (!fallsThrough(this.#settings.fallthrough, name)) return true;
    const zone = served.spelledIn(name);
    if (type === TYPE.SOA || type === TYPE.AXFR || type === TYPE.IXFR) return true;
    const address = type === TYPE.PTR ? reverseAddress(name) : undefined;
    if (address !== undefined) return this.#lookup.findByAddress(address).length > 0;
    if (type !== TYPE.TXT) return this.#located.find(name, zone).found !== 'nothing';
    return isSchemaVersion(name, zone) || this.#located.findText(name, zone).found !== 'nothing';
  }

  /** The slots of what `answersNow` tells its result from. */
  answersNowSlots({ question: { name, type } }: Query): readonly number[] {
    const served = this.#zones.find(name);
    if (served === undefined) return [];
    const address = type === TYPE.PTR ? reverseAddress(name) : undefined;
    if (address !== undefined) return this.#located.addressSlots(address);
    return this.#located.find(name, served.spelledIn(name)).slots;
  }

  #answerAddresses(query: Query, next: Next, zone: SpelledZone): Outcome {
    const { name, type } = query.question;
    const located = this.#located.find(name, zone);
    const { found, slots } = located;
    if (!(found instanceof Backends)) return this.#negative(query, next, zone, located);
    if (found.aliases.length === 0) {
      const answers = this.#addressRecords(name, type, found);
      return answers.length === 0 ? this.#noData(query, zone, slots) : this.#reply(query, zone, slots, answers);
    }
    const chased = chase(
      {
        query,
        ttl: this.#settings.ttl,
        isInside: (target) => target.isWithin(zone.name),
        find: (target) => {
          const { found: inner } = this.#located.find(target, zone);
          return inner instanceof Backends ? inner : undefined;
        },
        records: (owner, backends) => this.#addressRecords(owner, type, backends),
      },
      name,
      found,
    );
    const use = ({ records, truncated }: Chased): Outcome =>
      records.length === 0
        ? this.#noData(query, zone, undefined)
        : makeReply(query, { authoritative: true, answers: records, truncated });
    return whenThere(chased, use);
  }

  #answerServices(query: Query, next: Next, zone: SpelledZone): Outcome {
    const { name } = query.question;
    const located = this.#located.find(name, zone);
    const { found, slots } = located;
    if (!(found instanceof Backends)) return this.#negative(query, next, zone, located);
    const make = (): ServiceTargets => makeTargets(found.entries, zone.name, this.#settings.ttl);
    const { data, additionals } = zone.isPlain ? found.targetsIn(zone.zone, make) : make();
    if (data.length === 0) return this.#noData(query, zone, slots);
    const answers = data.map((service) => SRV.make(name, this.#settings.ttl, service));
    return this.#reply(query, zone, slots, answers, additionals);
  }

  #answerPointer(query: Query, next: Next, zone: SpelledZone): Outcome {
    const { name } = query.question;
    const address = reverseAddress(name);
    const { primary } = this.#zones;
    if (address === undefined || primary === undefined) return this.#answerNothing(query, next, zone);
    const answers = new Map<string, ResourceRecord>();
    for (const labels of this.#lookup.findByAddress(address)) {
      const target = nameBelow(labels, primary.name);
      if (target !== undefined) answers.set(target.canonical, PTR.make(name, this.#settings.ttl, { target }));
    }
    const slots = this.#located.addressSlots(address);
    return answers.size === 0
      ? this.#negative(query, next, zone, { found: 'nothing', slots })
      : this.#reply(query, zone, slots, [...answers.values()]);
  }

  #answerAlias(query: Query, next: Next, zone: SpelledZone): Outcome {
    const { name } = query.question;
    const located = this.#located.find(name, zone);
    const { found, slots } = located;
    if (!(found instanceof Backends)) return this.#negative(query, next, zone, located);
    const target = found.firstAlias;
    if (target === undefined) return this.#noData(query, zone, slots);
    return this.#reply(query, zone, slots, [CNAME.make(name, this.#settings.ttl, { target })]);
  }

  #answerText(query: Query, next: Next, zone: SpelledZone): Outcome {
    const { name } = query.question;
    if (isSchemaVersion(name, zone)) {
      return this.#reply(query, zone, this.#slots.always, [TXT.make(name, SCHEMA_VERSION_TTL, SCHEMA_VERSION)]);
    }
    return this.#negative(query, next, zone, this.#located.findText(name, zone));
  }

  #answerNameServers(query: Query, zone: SpelledZone): Outcome {
    const { ttl } = this.#settings;
    const { names, addresses } = this.#nameServers.records(zone.name, ttl);
    const slots = [this.#slots.everything];
    if (names.length === 0) return this.#noData(query, zone, slots);
    const answers = names.map((nameServer) => NS.make(query.question.name, ttl, { nameServer }));
    return this.#reply(query, zone, slots, answers, addresses);
  }

  /** For types that the zone has no records of. */
  #answerNothing(query: Query, next: Next, zone: SpelledZone): Outcome {
    return this.#negative(query, next, zone, this.#located.find(query.question.name, zone));
  }

  #addressRecords(owner: DomainName, type: number, backends: Backends): ResourceRecord[] {
    const { ttl } = this.#settings;
    return type === TYPE.A
      ? backends.ipv4.map((data) => A.make(owner, ttl, data))
      : backends.ipv6.map((data) => AAAA.make(owner, ttl, data));
  }

  #reply(
    query: Query,
    zone: SpelledZone,
    slots: readonly number[] | undefined,
    answers: readonly ResourceRecord[],
    additionals: readonly ResourceRecord[] = [],
  ): Outcome {
    return makeReply(query, { authoritative: true, answers, additionals, validity: this.#validity(zone, slots) });
  }

  /** A denial: of the name, if there is `nothing`, else of the type. */
  #negative(query: Query, next: Next, zone: SpelledZone, { found, slots }: Located): Outcome {
    if (found !== 'nothing') return this.#noData(query, zone, slots);
    if (fallsThrough(this.#settings.fallthrough, query.question.name)) return this.#handOn(query, next, slots);
    // What has not been listed yet may exist all the same.
    return this.#denial(query, zone, slots, this.#store.hasSynced ? RCODE.NXDOMAIN : RCODE.SERVFAIL);
  }

  /** Whatever the next plugin answers holds as long as the cluster has no such name. */
  #handOn(query: Query, next: Next, slots: readonly number[]): Outcome {
    return mapReply(next(query), (reply) =>
      withValidity(reply, dependingOn(reply.validity, this.#slots.generations, slots)),
    );
  }

  #noData(query: Query, zone: SpelledZone, slots: readonly number[] | undefined): Outcome {
    return this.#denial(query, zone, slots, RCODE.NOERROR);
  }

  #denial(query: Query, zone: SpelledZone, slots: readonly number[] | undefined, rcode: number): Outcome {
    return deny(query, zone, this.#serial(zone), rcode, this.#validity(zone, slots));
  }

  /** Undefined for an answer that nobody can tell the end of: nothing may be remembered of a store that is not complete. */
  #validity(zone: SpelledZone, slots: readonly number[] | undefined): Validity | undefined {
    if (slots === undefined || !this.#store.hasSynced) return undefined;
    const { generations, serial, multiclusterSerial } = this.#slots;
    return validWhile(generations, slots, zone.zone.isMulticluster ? multiclusterSerial : serial);
  }

  #serial(zone: SpelledZone): number {
    const { internal, multicluster } = this.#store.serial;
    return zone.zone.isMulticluster ? multicluster : internal;
  }
}

function isApex(name: DomainName, zone: SpelledZone): boolean {
  return name.wire.length === zone.name.wire.length;
}

function isSchemaVersion(name: DomainName, zone: SpelledZone): boolean {
  return name.wire[0] === 11 && isApex(name.ancestor(), zone) && name.labels()[0]?.toLowerCase() === 'dns-version';
}
