import { addressOfReverseName } from '../../dns/addresses.ts';
import { RCODE } from '../../dns/codes.ts';
import type { DomainName } from '../../dns/name.ts';
import { CNAME } from '../../dns/records/cname.ts';
import { PTR } from '../../dns/records/ptr.ts';
import { TYPE } from '../../dns/types.ts';
import { formatAddress } from '../../kube/address.ts';
import type { ExternalBackend, ExternalServices } from '../../plugin-api/external-services.ts';
import { fallsThrough } from '../../plugin-api/fallthrough.ts';
import { whenThere } from '../../plugin-api/later.ts';
import type { Next } from '../../plugin-api/plugin.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Outcome, type ReplyParts } from '../../plugin-api/reply.ts';
import { type Resolved, resolveAll } from './aliases.ts';
import type { ExternalZone } from './external-zone.ts';
import { type ExternalName, parseExternalName } from './name.ts';
import { addressRecords, hostNames, nameBelow, ofPort, serviceRecords } from './records.ts';

/** What the directive says. */
export interface ExternalSettings {
  /** As given: the first is where PTR records lead. */
  readonly zones: readonly ExternalZone[];
  readonly apex: string;
  /** Seconds. */
  readonly ttl: number;
  readonly headless: boolean;
  readonly fallthrough: readonly (readonly DomainName[])[] | undefined;
}

/** A query for one of the zones, and what is known of the cluster at the time. */
interface Asked {
  readonly query: Query;
  readonly next: Next;
  readonly zone: ExternalZone;
  readonly services: ExternalServices;
}

/** What there is at a name: backends, no records (yet a name), or nothing. */
type Found = readonly ExternalBackend[] | 'no records' | 'nothing';

/** Answers for the zones of external services. */
export class ExternalAnswers {
  readonly #settings: ExternalSettings;

  constructor(settings: ExternalSettings) {
    this.#settings = settings;
  }

  /** The longest zone that the name is in. */
  zoneOf(name: DomainName): ExternalZone | undefined {
    let longest: ExternalZone | undefined;
    for (const zone of this.#settings.zones) {
      if (name.isWithin(zone.name) && (longest === undefined || zone.name.wire.length > longest.name.wire.length)) {
        longest = zone;
      }
    }
    return longest;
  }

  answer(asked: Asked): Outcome {
    const { query, zone, services } = asked;
    const { name, type } = query.question;
    if (type === TYPE.AXFR || type === TYPE.IXFR) return makeFailure(query, RCODE.REFUSED);
    const pointers = type === TYPE.PTR ? this.#pointersAt(name, services) : [];
    if (pointers.length > 0) {
      const answers = pointers.map((target) => PTR.make(name, this.#settings.ttl, { target }));
      return this.#reply(asked, { answers });
    }
    const parsed = parseExternalName(name, zone.name, this.#settings.apex);
    if (parsed.kind === 'zone') return this.#answerApex(asked);
    if (parsed.kind === 'name server') return this.#answerNameServer(asked);
    const found = this.#find(parsed, services);
    if (found === 'nothing') return this.#denyName(asked, parsed);
    if (found === 'no records') return this.#noData(asked);
    if (type === TYPE.A || type === TYPE.AAAA) return this.#answerAddresses(asked, found);
    return type === TYPE.SRV ? this.#answerServices(asked, found) : this.#noData(asked);
  }

  /** Would `answer` answer without asking the next plugin? */
  answersNow(query: Query, services: ExternalServices): boolean {
    const { name, type } = query.question;
    const zone = this.zoneOf(name);
    if (zone === undefined) return false;
    if (!fallsThrough(this.#settings.fallthrough, name)) return true;
    if (type === TYPE.PTR && this.#pointersAt(name, services).length > 0) return true;
    const parsed = parseExternalName(name, zone.name, this.#settings.apex);
    return (parsed.kind === 'nothing' && parsed.isBelowApex) || this.#find(parsed, services) !== 'nothing';
  }

  #find(parsed: ExternalName, services: ExternalServices): Found {
    if (parsed.kind === 'nothing') return 'nothing';
    if (parsed.kind === 'namespace') return services.isExposed(parsed.namespace) ? 'no records' : 'nothing';
    if (parsed.kind !== 'service') return 'no records';
    const { namespace, service, endpoint } = parsed;
    const backends = ofPort(services.backends(namespace, service, endpoint, this.#settings.headless), parsed);
    return backends.length === 0 ? 'nothing' : backends;
  }

  /** Names of the services that have the address of a reverse name. */
  #pointersAt(name: DomainName, services: ExternalServices): DomainName[] {
    const octets = addressOfReverseName(name);
    const [first] = this.#settings.zones;
    if (octets === undefined || first === undefined) return [];
    return services.servicesAt(formatAddress(octets)).flatMap((labels) => nameBelow(labels, first.name) ?? []);
  }

  #answerApex(asked: Asked): Outcome {
    const { query, zone, services } = asked;
    if (query.question.type === TYPE.SOA) return this.#reply(asked, { answers: [zone.soa(services.serial)] });
    if (query.question.type !== TYPE.NS) return this.#noData(asked);
    const additionals = zone.addresses(services, this.#settings.headless);
    return this.#reply(asked, { answers: [zone.nameServer()], additionals });
  }

  #answerNameServer(asked: Asked): Outcome {
    const { query, zone, services } = asked;
    const { name, type } = query.question;
    const answers = zone.addresses(services, this.#settings.headless, name).filter((record) => record.type === type);
    return answers.length === 0 ? this.#noData(asked) : this.#reply(asked, { answers });
  }

  #answerAddresses(asked: Asked, backends: readonly ExternalBackend[]): Outcome {
    const { query, services } = asked;
    const { name, type } = query.question;
    const own = addressRecords(name, this.#settings.ttl, backends).filter((record) => record.type === type);
    const targets = hostNames(backends);
    const use = ({ answers, truncated }: Resolved): Outcome => {
      // A name whose target went unanswered is left out: half an answer would be taken for all.
      const aliases = targets.flatMap((target, i) => {
        const records = answers[i];
        return records === undefined ? [] : [CNAME.make(name, services.ttl, { target }), ...records];
      });
      const all = [...own, ...aliases];
      return all.length === 0 ? this.#noData(asked) : this.#reply(asked, { answers: all, truncated });
    };
    return whenThere(
      resolveAll(
        query,
        targets.map((target) => ({ name: target, type })),
      ),
      use,
    );
  }

  #answerServices(asked: Asked, backends: readonly ExternalBackend[]): Outcome {
    const { query, services, zone } = asked;
    const answers = serviceRecords(query.question.name, services.ttl, backends, zone.name);
    if (answers.length === 0) return this.#noData(asked);
    const own = new Map<string, ExternalBackend[]>();
    for (const backend of backends) {
      const key = backend.labels.join('.');
      own.set(key, [...(own.get(key) ?? []), backend]);
    }
    const addresses = [...own.values()].flatMap((same) => {
      const owner = nameBelow(same[0]?.labels ?? [], zone.name);
      return owner === undefined ? [] : addressRecords(owner, this.#settings.ttl, same);
    });
    const questions = hostNames(backends).flatMap((name) => [
      { name, type: TYPE.A },
      { name, type: TYPE.AAAA },
    ]);
    return whenThere(resolveAll(query, questions), (resolved) => {
      const additionals = [...addresses, ...resolved.answers.flatMap((records) => records ?? [])];
      return this.#reply(asked, { answers, additionals });
    });
  }

  #denyName(asked: Asked, parsed: ExternalName): Outcome {
    const { query, next, services } = asked;
    const isBelowApex = parsed.kind === 'nothing' && parsed.isBelowApex;
    if (!isBelowApex && fallsThrough(this.#settings.fallthrough, query.question.name)) return next(query);
    // What has not been listed yet may exist all the same.
    return this.#deny(asked, services.hasSynced || isBelowApex ? RCODE.NXDOMAIN : RCODE.SERVFAIL);
  }

  #noData(asked: Asked): Outcome {
    return this.#deny(asked, RCODE.NOERROR);
  }

  #deny(asked: Asked, rcode: number): Outcome {
    return this.#reply(asked, { rcode, authorities: [asked.zone.soa(asked.services.serial)] });
  }

  #reply({ query }: Asked, parts: ReplyParts): Outcome {
    return makeReply(query, { authoritative: true, ...parts });
  }
}
