import type { Line, Token } from '../../corefile/tree.ts';
import { DomainName } from '../../dns/name.ts';
import { duration, integer, oneOf, zones } from '../../plugin-api/kinds.ts';
import {
  Complaint,
  countArguments,
  flag,
  grammar,
  type Kind,
  one,
  type Option,
  readToken,
  type Report,
} from '../../plugin-api/options.ts';

/** What stands on the line of the directive. */
export interface CacheLine {
  /** Seconds: the maximum for both parts; undefined for the parts' own. */
  readonly maximum: number | undefined;
  /** Empty for those of the server block. */
  readonly zones: readonly DomainName[];
}

/** Size and bounds of one part; lifetimes in seconds. */
export interface PartSetting {
  readonly capacity: number;
  readonly maximum: number | undefined;
  readonly minimum: number;
}

export interface Prefetch {
  /** Hits that make an entry popular; 0 turns prefetching off. */
  readonly amount: number;
  /** The longest pause between hits that count together, in milliseconds. */
  readonly pause: number;
  /** The share of the lifetime that is left when an entry is fetched anew. */
  readonly share: number;
}

/** How expired entries are used; times in milliseconds but for `ttl`. */
export interface ServeStale {
  /** How long after its end an entry may be used. */
  readonly limit: number;
  /** Answer first and refresh then, or the other way round. */
  readonly mode: 'immediate' | 'verify';
  /** How long `verify` waits for a fresh answer; 0 without limit. */
  readonly timeout: number;
  /** The TTL of stale records in seconds. */
  readonly ttl: number;
  /** How long no new try is made after a failed refresh. */
  readonly recheck: number;
}

export interface CacheOptions {
  readonly success: PartSetting;
  readonly denial: PartSetting;
  readonly prefetch: Prefetch;
  readonly serve_stale: ServeStale | undefined;
  readonly serve_stale_policy: 'prefer_positive' | undefined;
  /** Milliseconds. */
  readonly servfail: number;
  readonly disable: { readonly success: readonly DomainName[]; readonly denial: readonly DomainName[] };
  readonly keepttl: boolean;
}

const HOUR = 3_600_000;
/** The longest that RFC 2308 §7.1 allows a failure to be remembered. */
const FIVE_MINUTES = 300_000;
const DEFAULT_MINIMUM = 5;

const seconds = integer('TTL', { minimum: 1 });
const capacity = integer('CAPACITY', { minimum: 0 });
const LINE_USAGE = '[TTL] [ZONE...]';

export const line: Option<CacheLine> = grammar<CacheLine>({
  usage: LINE_USAGE,
  summary: 'The longest lifetime of any entry, in seconds, and the zones to cache, the server block’s by default.',
  initial: { maximum: undefined, zones: [] },
  read(given, _previous, report) {
    const [first, ...rest] = given.arguments;
    const isTtl = first !== undefined && /^[+-]?\d+$/.test(first.text);
    return {
      maximum: isTtl ? readToken(seconds, first, report) : undefined,
      zones: readZones(isTtl ? rest : given.arguments, report),
    };
  },
});

function readZones(tokens: readonly Token[], report: Report): readonly DomainName[] {
  return tokens.flatMap((token) => readToken(zones, token, report) ?? []);
}

function part(name: string): Option<PartSetting> {
  const usage = 'CAPACITY [TTL] [MINIMUM-TTL]';
  const minimumTtl = integer('MINIMUM-TTL', { minimum: 0 });
  return grammar<PartSetting>({
    usage,
    summary: `How many ${name} replies are kept, and the longest and shortest time that they are, in seconds.`,
    initial: { capacity: 10_000, maximum: undefined, minimum: DEFAULT_MINIMUM },
    read(given, previous, report) {
      if (!countArguments(given, 1, Infinity, usage, report)) return previous;
      const [room, maximum, minimum, surplus] = given.arguments;
      if (surplus !== undefined) {
        report({
          severity: 'warning',
          code: 'option/arguments',
          message: `"${given.name.text}" takes three arguments, "${surplus.text}" has no effect`,
          place: surplus.place,
          hint: `write: ${given.name.text} ${usage}`,
        });
      }
      return {
        capacity: readToken(capacity, room, report) ?? previous.capacity,
        maximum: readToken(seconds, maximum, report) ?? previous.maximum,
        minimum: readToken(minimumTtl, minimum, report) ?? previous.minimum,
      };
    },
  });
}

const percentage: Kind<number> = {
  word: 'PERCENT%',
  read(text) {
    const number = /^\d+%$/.test(text) ? Number(text.slice(0, -1)) : Number.NaN;
    if (number >= 10 && number <= 90) return number / 100;
    return new Complaint(`"${text}" is not a percentage from 10% to 90%`, 'write it as 10%');
  },
};

const PREFETCH_USAGE = 'AMOUNT [DURATION] [PERCENT%]';

const prefetch: Option<Prefetch> = grammar<Prefetch>({
  usage: PREFETCH_USAGE,
  summary: 'Entries that are asked for AMOUNT times without a pause of DURATION are fetched anew before they end.',
  initial: { amount: 0, pause: 60_000, share: 0.1 },
  read(given, previous, report) {
    if (!countArguments(given, 1, 3, PREFETCH_USAGE, report)) return previous;
    const [amount, pause, share] = given.arguments;
    return {
      amount: readToken(integer('AMOUNT', { minimum: 0 }), amount, report) ?? previous.amount,
      pause: readToken(duration({ minimum: -Infinity }), pause, report) ?? previous.pause,
      share: readToken(percentage, share, report) ?? previous.share,
    };
  },
});

const mode: Kind<ServeStale['mode']> = {
  word: 'immediate|verify',
  read: (text) => oneOf(['immediate', 'verify']).read(text.toLowerCase()),
};

const wholeSeconds: Kind<number> = {
  word: 'STALE-TTL',
  read(text) {
    const milliseconds = duration().read(text);
    if (milliseconds instanceof Complaint) return milliseconds;
    return milliseconds % 1000 === 0
      ? milliseconds / 1000
      : new Complaint(`${text} is no whole number of seconds`, 'TTLs are whole seconds: 30s');
  },
};

const STALE_USAGE = '[DURATION [immediate|verify] [TIMEOUT] [STALE-TTL] [RECHECK]]';

const serveStale: Option<ServeStale | undefined> = grammar<ServeStale | undefined>({
  usage: STALE_USAGE,
  summary: 'Entries may be used so long after their end; TIMEOUT goes with verify only.',
  initial: undefined,
  read: (given, previous, report) => readServeStale(given, report) ?? previous,
});

function readServeStale(given: Line, report: Report): ServeStale | undefined {
  const [limit, modeToken, ...rest] = given.arguments;
  const found = readToken(mode, modeToken, report);
  if (modeToken !== undefined && found === undefined) return undefined;
  const verifies = found === 'verify';
  if (!countArguments(given, 0, verifies ? 5 : 4, STALE_USAGE, report)) return undefined;
  const timeout = verifies ? rest[0] : undefined;
  const [ttl, recheck] = verifies ? rest.slice(1) : rest;
  return {
    limit: readToken(duration(), limit, report) ?? HOUR,
    mode: found ?? 'immediate',
    timeout: readToken(duration(), timeout, report) ?? 0,
    ttl: readToken(wholeSeconds, ttl, report) ?? 0,
    recheck: readToken(duration({ maximum: FIVE_MINUTES }), recheck, report) ?? 0,
  };
}

const disable: Option<CacheOptions['disable']> = grammar<CacheOptions['disable']>({
  usage: 'success|denial [ZONE...]',
  summary: 'Replies of that part are not kept for names in these zones, or at all.',
  initial: { success: [], denial: [] },
  read(given, previous, report) {
    if (!countArguments(given, 1, Infinity, 'success|denial [ZONE...]', report)) return previous;
    const which = readToken(oneOf(['success', 'denial']), given.arguments[0], report);
    if (which === undefined) return previous;
    const listed = readZones(given.arguments.slice(1), report);
    return { ...previous, [which]: listed.length > 0 ? listed : [DomainName.root] };
  },
});

export const options: { readonly [Name in keyof CacheOptions]: Option<CacheOptions[Name]> } = {
  success: part('positive'),
  denial: part('negative'),
  prefetch,
  serve_stale: serveStale,
  serve_stale_policy: one(oneOf<'prefer_positive'>(['prefer_positive']), {
    initial: undefined,
    repeat: 'once',
    summary: 'A stale answer is better than a fresh denial.',
  }),
  servfail: one(duration({ maximum: FIVE_MINUTES }), {
    initial: 5000,
    summary: 'How long SERVFAIL is kept; 0 not at all.',
  }),
  disable,
  keepttl: flag({ summary: 'TTLs of cached replies do not count down.' }),
};
