import type { DomainName } from '../../dns/name.ts';
import type { ClusterSlots } from './cluster-slots.ts';
import { podAddress } from './endpoint-label.ts';
import type { Found, Lookup } from './lookup.ts';
import { isNameServer, type NameServers } from './name-servers.ts';
import { type ParsedName, parseName } from './parse-name.ts';
import type { AnswerSettings } from './settings.ts';
import type { SpelledZone } from './zones.ts';

/** What there is at a name, and the slots of what that was told from. */
export interface Located {
  readonly found: Found;
  readonly slots: readonly number[];
}

/** What the names of the cluster's zones stand for, and what that depends on. */
export class LocatedNames {
  readonly #settings: AnswerSettings;
  readonly #lookup: Lookup;
  readonly #nameServers: NameServers;
  readonly #slots: ClusterSlots;

  constructor(parts: {
    readonly settings: AnswerSettings;
    readonly lookup: Lookup;
    readonly nameServers: NameServers;
    readonly slots: ClusterSlots;
  }) {
    this.#settings = parts.settings;
    this.#lookup = parts.lookup;
    this.#nameServers = parts.nameServers;
    this.#slots = parts.slots;
  }

  find(name: DomainName, zone: SpelledZone): Located {
    const { isMulticluster, isReverse } = zone.zone;
    const parsed = parseName(name, zone.name, { multicluster: isMulticluster, zonal: this.#settings.zonal });
    if (parsed === undefined) {
      return isNameServer(name, zone)
        ? { found: this.#nameServers.find(), slots: [this.#slots.everything] }
        : { found: 'nothing', slots: this.#slots.always };
    }
    if (isReverse && parsed.namespace !== '') return { found: 'nothing', slots: this.#slots.always };
    return { found: this.#lookup.find(parsed, isMulticluster), slots: this.#slotsOf(parsed) };
  }

  /** As CoreDNS has it, names that only have names below them do not exist for TXT. */
  findText(name: DomainName, zone: SpelledZone): Located {
    const located = this.find(name, zone);
    return isNameServer(name, zone) || located.found === 'names below' ? { ...located, found: 'nothing' } : located;
  }

  /** The slots of what is known of an address. */
  addressSlots(address: string): readonly number[] {
    return [this.#slots.rare, this.#slots.address(address)];
  }

  #slotsOf({ kind, namespace, service }: ParsedName): readonly number[] {
    if (service === '') return this.#slots.always;
    if (kind === 'svc') return [this.#slots.rare, this.#slots.service(namespace, service)];
    return this.#settings.pods === 'verified' ? this.addressSlots(podAddress(service)) : this.#slots.always;
  }
}
