import { CLASS } from '../../dns/codes.ts';
import { DenialTemplate } from '../../dns/denial-template.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { SOA } from '../../dns/records/soa.ts';
import { nameBelow } from './target-name.ts';

const REVERSE_TREES: readonly DomainName[] = [DomainName.parse('in-addr.arpa'), DomainName.parse('ip6.arpa')];

// Longer denials than five minutes are not given, whatever the TTL of answers.
const LONGEST_DENIAL = 300;

/** A zone that the plugin answers for, as its Corefile names it. */
export class ServedZone {
  /** In lower case. */
  readonly name: DomainName;
  /** In or at the top of the trees of addresses: no service has a name there. */
  readonly isReverse: boolean;
  /** Holds imported services in place of the cluster's own. */
  readonly isMulticluster: boolean;
  readonly #ttl: number;
  readonly #plain: SpelledZone;

  constructor(name: DomainName, options: { readonly isMulticluster: boolean; readonly ttl: number }) {
    this.name = name.toLowerCase();
    this.isReverse = REVERSE_TREES.some((tree) => name.isWithin(tree));
    this.isMulticluster = options.isMulticluster;
    this.#ttl = options.ttl;
    this.#plain = new SpelledZone(this, this.name, this.#ttl);
  }

  /** The zone as if it began at `origin`, which is in it: a transfer may be asked for there. */
  startingAt(origin: DomainName): SpelledZone {
    return new SpelledZone(this, origin, this.#ttl);
  }

  /** The zone as `name`, which is in it, spells it. */
  spelledIn(name: DomainName): SpelledZone {
    const { wire } = this.name;
    const start = name.wire.length - wire.length;
    for (let i = 0; i < wire.length; i++) {
      if (name.wire[start + i] !== wire[i]) {
        return new SpelledZone(this, DomainName.fromWire(name.wire.subarray(start)), this.#ttl);
      }
    }
    return this.#plain;
  }
}

/**
 * A zone in the letter case of a question. Names below it are made with that case: a client that checks the case of
 * what it asked (0x20) then finds it in targets and in the SOA too.
 */
export class SpelledZone {
  readonly zone: ServedZone;
  readonly name: DomainName;
  readonly #ttl: number;
  #soa: ResourceRecord | undefined;
  #serial = -1;
  /** With the SOA of `#soa`. */
  #denials: DenialTemplate | undefined;

  constructor(zone: ServedZone, name: DomainName, ttl: number) {
    this.zone = zone;
    this.name = name;
    this.#ttl = ttl;
  }

  /** Spelled as the Corefile does, in lower case: one object for all such questions. */
  get isPlain(): boolean {
    return this.name === this.zone.name;
  }

  soa(serial: number): ResourceRecord {
    if (this.#soa === undefined || this.#serial !== serial) {
      this.#serial = serial;
      this.#soa = this.#makeSoa(serial);
      this.#denials = undefined;
    }
    return this.#soa;
  }

  /** For replies that deny something, in this spelling. */
  denials(serial: number): DenialTemplate {
    const soa = this.soa(serial);
    return (this.#denials ??= new DenialTemplate(soa));
  }

  #makeSoa(serial: number): ResourceRecord {
    const data = {
      primary: nameBelow(['ns', 'dns'], this.name) ?? this.name,
      mailbox: nameBelow(['hostmaster'], this.name) ?? this.name,
      serial,
      refresh: 7200,
      retry: 1800,
      expire: 86_400,
      minimum: this.#ttl,
    };
    return SOA.make(this.name, Math.min(this.#ttl, LONGEST_DENIAL), data, CLASS.IN);
  }
}

/** The zones of the plugin. */
export class ServedZones {
  readonly all: readonly ServedZone[];
  /** The zone of the targets of PTR records; undefined for a configuration that is refused. */
  readonly primary: ServedZone | undefined;

  constructor(zones: readonly ServedZone[], primary: ServedZone | undefined) {
    this.all = zones.toSorted((a, b) => b.name.wire.length - a.name.wire.length);
    this.primary = primary;
  }

  /** The longest zone that `name` is in. */
  find(name: DomainName): ServedZone | undefined {
    for (const zone of this.all) {
      if (name.isWithin(zone.name)) return zone;
    }
    return undefined;
  }
}

/**
 * May the zone name services? Not below the trees of addresses; `in-addr.arpa` and `ip6.arpa` themselves may, as in
 * CoreDNS.
 */
export function isForward(zone: DomainName): boolean {
  return !REVERSE_TREES.some((tree) => zone.isWithin(tree) && !zone.equals(tree));
}
