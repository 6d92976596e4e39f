import { parseAddress, printAddress, unmapIPv4 } from '../../dns/addresses.ts';
import { DomainName } from '../../dns/name.ts';

/** The data of an A or AAAA record. */
interface AddressData {
  readonly address: Uint8Array;
}

/** The addresses of a name, in the order of the lines. */
export interface Host {
  readonly v4: readonly AddressData[];
  readonly v6: readonly AddressData[];
}

export type Family = keyof Host;

interface GrowingHost {
  readonly v4: AddressData[];
  readonly v6: AddressData[];
}

/** One line of a hosts file. */
export interface HostLine {
  /** 4 or 16 octets. */
  readonly address: Uint8Array;
  readonly names: readonly string[];
}

/** Reads `ADDRESS NAME...` from its words; undefined if there are too few or the first is no address. */
export function readHostLine(words: readonly string[]): HostLine | undefined {
  const [first = '', ...names] = words;
  // The zone of a link-local address says nothing to others.
  const octets = parseAddress(first.replace(/%.*$/, ''));
  return octets === undefined || names.length === 0 ? undefined : { address: unmapIPv4(octets), names };
}

/** The lines of a file in the form of /etc/hosts; what is no entry is left out. */
export function readHostsFile(text: string): HostLine[] {
  const lines: HostLine[] = [];
  for (const line of text.split('\n')) {
    const words = line
      .replace(/#.*$/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    const entry = readHostLine(words);
    if (entry !== undefined) lines.push(entry);
  }
  return lines;
}

/** Names and addresses of hosts, in both directions. */
export class HostTable {
  /** Pairs of a name and an address, and pairs of an address and a name: what the metric counts. */
  readonly size: number;
  // Names are kept as text: lists of names to block have hundreds of thousands of them, mostly with one and the same address.
  readonly #hosts = new Map<string, GrowingHost>();
  readonly #names = new Map<string, string[]>();

  /** Names outside `zones` are left out. `reverse`: answer for addresses too. */
  constructor(
    lines: readonly HostLine[],
    options: { readonly zones: readonly DomainName[]; readonly reverse: boolean },
  ) {
    const addresses = new Map<string, AddressData>();
    let size = 0;
    for (const { address, names } of lines) {
      const text = printAddress(address);
      const data = addresses.get(text) ?? { address };
      addresses.set(text, data);
      for (const given of names) {
        const name = DomainName.tryParse(given);
        if (name === undefined || !options.zones.some((zone) => name.isWithin(zone))) continue;
        this.#addHost(name.canonical, data);
        size++;
        if (!options.reverse || name.canonical.startsWith('*.')) continue;
        this.#addName(text, name.canonical);
        size++;
      }
    }
    this.size = size;
  }

  /** The addresses of that family for the name, else for `*.` and its parent. */
  addresses(name: DomainName, family: Family): readonly AddressData[] {
    const exact = this.#hosts.get(name.canonical)?.[family] ?? [];
    if (exact.length > 0 || name.labelCount < 2) return exact;
    return this.#hosts.get(`*.${name.ancestor().canonical}`)?.[family] ?? [];
  }

  /** The names of an address of 4 or 16 octets, in lower case. */
  names(address: Uint8Array): readonly string[] {
    return this.#names.get(printAddress(unmapIPv4(address))) ?? [];
  }

  #addHost(name: string, data: AddressData): void {
    const host = this.#hosts.get(name) ?? { v4: [], v6: [] };
    host[data.address.length === 4 ? 'v4' : 'v6'].push(data);
    this.#hosts.set(name, host);
  }

  #addName(address: string, name: string): void {
    const names = this.#names.get(address) ?? [];
    names.push(name);
    this.#names.set(address, names);
  }
}
