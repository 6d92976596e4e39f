import { isIP } from 'node:net';
import { parseDuration, printDuration } from '../corefile/duration.ts';
import { expandZone } from '../corefile/keys.ts';
import { suggest } from '../corefile/suggest.ts';
import { type Cidr, parseCidr } from '../dns/cidr.ts';
import { DomainName } from '../dns/name.ts';
import { parseType } from '../dns/types.ts';
import { Complaint, type Kind } from './options.ts';

/** Any text. */
export function text(word: string): Kind<string> {
  return { word, read: (given) => given };
}

/** One of some words, spelled exactly. */
export function oneOf<const W extends string>(words: readonly W[]): Kind<W> {
  return {
    word: words.join('|'),
    read(given) {
      const found = words.find((word) => word === given);
      if (found !== undefined) return found;
      const near = suggest(given, words);
      return new Complaint(
        `"${given}" is not one of ${words.join(', ')}`,
        near === undefined ? `write one of: ${words.join(', ')}` : `did you mean "${near}"?`,
      );
    },
  };
}

/** A whole number within bounds, both included. */
export function integer(
  word: string,
  bounds: { readonly minimum?: number; readonly maximum?: number } = {},
): Kind<number> {
  const minimum = bounds.minimum ?? Number.MIN_SAFE_INTEGER;
  const maximum = bounds.maximum ?? Number.MAX_SAFE_INTEGER;
  return {
    word,
    read(given) {
      if (!/^[+-]?\d+$/.test(given))
        return new Complaint(`"${given}" is not a whole number`, `write ${range(word, bounds)}`);
      const value = Number(given);
      if (value >= minimum && value <= maximum) return value;
      return new Complaint(`${given} is out of range`, `write ${range(word, bounds)}`);
    },
  };
}

/** A number with decimals, at least `minimum`. */
export function decimal(word: string, bounds: { readonly minimum: number }): Kind<number> {
  return {
    word,
    read(given) {
      const value = given.trim() === '' ? Number.NaN : Number(given);
      if (Number.isFinite(value) && value >= bounds.minimum) return value;
      return new Complaint(`"${given}" is not a number of at least ${bounds.minimum}`);
    },
  };
}

/** A Go duration within bounds, both included; its value is in milliseconds, and so are the bounds. */
export function duration(bounds: { readonly minimum?: number; readonly maximum?: number } = {}): Kind<number> {
  const minimum = bounds.minimum ?? 0;
  const maximum = bounds.maximum ?? Infinity;
  return {
    word: 'DURATION',
    read(given) {
      const value = parseDuration(given);
      if (value === undefined) {
        return new Complaint(
          `"${given}" is not a duration`,
          /^\d+$/.test(given) ? `a unit is missing: ${given}s?` : 'write a number with a unit, as in 500ms, 30s, 1h30m',
        );
      }
      if (value >= minimum && value <= maximum) return value;
      return new Complaint(
        value < minimum
          ? `${given} is too short, at least ${printDuration(minimum)} is needed`
          : `${given} is too long, at most ${printDuration(maximum)} is allowed`,
      );
    },
  };
}

/** An IPv4 or IPv6 address without a port. */
export const address: Kind<string> = {
  word: 'ADDRESS',
  read: (given) => (isIP(given) === 0 ? new Complaint(`"${given}" is not an IP address`) : given),
};

/** A range of addresses with a common prefix (RFC 4632 §3.1). */
export const cidr: Kind<Cidr> = {
  word: 'CIDR',
  read: (given) =>
    parseCidr(given) ?? new Complaint(`"${given}" is not an address block`, 'write one as 10.0.0.0/8 or fd00::/8'),
};

/** A host and port as Go's listeners take them: `:8080`, `localhost:9153`, `[::1]:8181`. An empty host means all addresses. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

export const hostPort: Kind<HostPort> = {
  word: '[HOST]:PORT',
  read(given) {
    const match = /^(?:\[([^\]]*)\]|([^:[\]]*)):(\d+)$/.exec(given);
    const port = Number(match?.[3]);
    if (match === null) {
      return new Complaint(
        `"${given}" is not an address with a port`,
        /^\d+$/.test(given) ? `write ":${given}"` : 'write HOST:PORT, or :PORT for all addresses',
      );
    }
    if (port > 65_535) return new Complaint(`${port} is no port`, 'ports go up to 65535');
    return { host: match[1] ?? match[2] ?? '', port };
  },
};

/** A domain name. */
export const domainName: Kind<DomainName> = {
  word: 'NAME',
  read(given) {
    return DomainName.tryParse(given) ?? new Complaint(`"${given}" is not a domain name`);
  },
};

/** A zone in lower case; an address block with a prefix length (`10.0.0.0/8`) stands for its reverse zones, hence a list. */
export const zones: Kind<readonly DomainName[]> = {
  word: 'ZONE',
  read(given) {
    const names = expandZone(given)?.map((name) => DomainName.tryParse(name));
    if (names === undefined || names.some((name) => name === undefined)) {
      return new Complaint(`"${given}" is neither a zone nor an address block`);
    }
    return names.flatMap((name) => (name === undefined ? [] : [name.toLowerCase()]));
  },
};

/** A mnemonic of a registry of the DNS in capital letters, as CoreDNS wants it; `what` it stands for. */
export function mnemonic(word: string, what: string, parse: (text: string) => number | undefined): Kind<number> {
  return {
    word,
    read(given) {
      const code = parse(given);
      if (code !== undefined && given === given.toUpperCase()) return code;
      return new Complaint(
        `invalid ${what} "${given}"`,
        code === undefined ? 'write a mnemonic as IANA has it' : `write it in capital letters: ${given.toUpperCase()}`,
      );
    },
  };
}

/** A record or query type. */
export const queryType: Kind<number> = mnemonic('TYPE', 'query type', parseType);

function range(word: string, bounds: { readonly minimum?: number; readonly maximum?: number }): string {
  if (bounds.minimum !== undefined && bounds.maximum !== undefined)
    return `${word} from ${bounds.minimum} to ${bounds.maximum}`;
  if (bounds.minimum !== undefined) return `${word}, at least ${bounds.minimum}`;
  if (bounds.maximum !== undefined) return `${word}, at most ${bounds.maximum}`;
  return `${word}, a whole number`;
}
