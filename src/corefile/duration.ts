/** Milliseconds of each unit of a Go duration. */
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  // U+00B5 MICRO SIGN and U+03BC GREEK SMALL LETTER MU look the same, and Go takes both.
  '\u{b5}s': 1e-3,
  '\u{3bc}s': 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

/** Go counts durations in nanoseconds in a signed 64-bit integer. */
const MAXIMUM_DURATION = 2 ** 63 / 1e6;

/**
 * Reads a Go duration (https://pkg.go.dev/time#ParseDuration): `30s`, `1m30s`, `-1.5h`, `0`. Returns milliseconds,
 * possibly a fraction; undefined for a text that is none, also for a number without a unit other than 0.
 */
export function parseDuration(text: string): number | undefined {
  const [, sign, rest] = /^([-+]?)(.*)$/s.exec(text) ?? [];
  if (rest === undefined || rest === '') return undefined;
  if (rest === '0') return 0;
  const parts = /(\d+\.?\d*|\.\d+)(ns|us|\u{b5}s|\u{3bc}s|ms|s|m|h)/uy;
  let total = 0;
  while (parts.lastIndex < rest.length) {
    const match = parts.exec(rest);
    if (match === null) return undefined;
    total += Number(match[1]) * (UNITS[match[2] ?? ''] ?? Number.NaN);
  }
  if (total > MAXIMUM_DURATION) return undefined;
  // Nothing is finer than a nanosecond; this also drops what binary fractions add to 1.1s.
  const rounded = Math.round(total * 1e6) / 1e6;
  return sign === '-' && rounded !== 0 ? -rounded : rounded;
}

/** Prints milliseconds, a finite number, as Go prints a duration: `5m0s`, `1.5s`, `100ms`, `0s`. Rounds to nanoseconds. */
export function printDuration(milliseconds: number): string {
  const nanoseconds = BigInt(Math.round(Math.abs(milliseconds) * 1e6));
  if (nanoseconds === 0n) return '0s';
  const sign = milliseconds < 0 ? '-' : '';
  if (nanoseconds < 1_000n) return `${sign}${nanoseconds}ns`;
  if (nanoseconds < 1_000_000n) return `${sign}${decimal(nanoseconds, 3)}\u{b5}s`;
  if (nanoseconds < 1_000_000_000n) return `${sign}${decimal(nanoseconds, 6)}ms`;
  const minutes = nanoseconds / 60_000_000_000n;
  const seconds = `${decimal(nanoseconds % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return sign + seconds;
  return minutes < 60n ? `${sign}${minutes}m${seconds}` : `${sign}${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** `value` with its last `places` digits after the point, without zeros at the end. */
function decimal(value: bigint, places: number): string {
  const digits = value.toString().padStart(places + 1, '0');
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`.replace(/\.?0+$/, '');
}
