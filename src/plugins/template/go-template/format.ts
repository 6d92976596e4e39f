import { isList, kindOf, printValue, Struct, type Value } from './value.ts';

const VERB = /%([-+# 0]*)(\d+|\*)?(?:\.(\d+|\*)?)?(.)/gsu;

/** The widest field that a format can ask for; Go's limit is the same. */
const MAXIMUM_WIDTH = 1_000_000;

interface Spec {
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
}

/** `fmt.Sprintf` for the kinds of values that templates have. What does not fit is shown as Go shows it: `%!d(string=x)`. */
export function format(pattern: string, args: readonly Value[]): string {
  let used = 0;
  const next = (): Value => args[used++];
  const text = pattern.replace(
    VERB,
    (whole: string, flags: string, width: string | undefined, precision: string | undefined, verb: string) => {
      if (verb === '%') return '%';
      const spec = {
        flags,
        width: Math.min(Number(width === '*' ? next() : (width ?? 0)), MAXIMUM_WIDTH),
        precision:
          /\.\D/.test(whole) && precision === undefined ? 0 : precision === '*' ? Number(next()) : toNumber(precision),
      };
      if (used >= args.length) return `%!${verb}(MISSING)`;
      return pad(formatOne(verb, next(), spec), spec, verb);
    },
  );
  if (used >= args.length) return text;
  return `${text}%!(EXTRA ${args
    .slice(used)
    .map((value) => `${kindOf(value)}=${printValue(value)}`)
    .join(', ')})`;
}

function toNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function formatOne(verb: string, value: Value, spec: Spec): string {
  if (verb === 'v') return typeof value === 'string' && spec.flags.includes('#') ? quote(value) : printValue(value);
  if (verb === 'T') return kindOf(value);
  if (isList(value)) return `[${value.map((item) => formatOne(verb, item, spec)).join(' ')}]`;
  if (typeof value === 'string') return formatText(verb, value, spec);
  if (typeof value === 'number') return formatNumber(verb, value, spec);
  if (typeof value === 'boolean' && verb === 't') return String(value);
  if (value instanceof Struct && verb === 's') return value.text();
  return wrongVerb(verb, value);
}

function wrongVerb(verb: string, value: Value): string {
  return `%!${verb}(${kindOf(value)}=${printValue(value)})`;
}

function formatText(verb: string, value: string, spec: Spec): string {
  const text = spec.precision === undefined ? value : Array.from(value).slice(0, spec.precision).join('');
  if (verb === 's') return text;
  if (verb === 'q') return quote(text);
  if (verb === 'x') return Buffer.from(text, 'utf8').toString('hex');
  return verb === 'X' ? Buffer.from(text, 'utf8').toString('hex').toUpperCase() : wrongVerb(verb, value);
}

const RADIX: Readonly<Record<string, number>> = { b: 2, o: 8, d: 10, x: 16, X: 16 };
const PREFIX: Readonly<Record<string, string>> = { b: '0b', o: '0', x: '0x', X: '0X' };

function formatNumber(verb: string, value: number, spec: Spec): string {
  const sign = value < 0 ? '-' : spec.flags.includes('+') ? '+' : spec.flags.includes(' ') ? ' ' : '';
  const size = Math.abs(value);
  const radix = RADIX[verb];
  if (radix !== undefined && Number.isInteger(value)) {
    const digits = size.toString(radix).padStart(spec.precision ?? 0, '0');
    const prefix = spec.flags.includes('#') ? (PREFIX[verb] ?? '') : '';
    return `${sign}${prefix}${verb === 'X' ? digits.toUpperCase() : digits}`;
  }
  if (verb === 'c' && Number.isInteger(value) && value >= 0 && value <= 0x10ffff) return String.fromCodePoint(value);
  if (verb === 'f' || verb === 'F') return sign + size.toFixed(Math.min(spec.precision ?? 6, 100));
  if (verb === 'e') return sign + size.toExponential(spec.precision ?? 6).replace(/e([+-])(\d)$/, 'e$10$2');
  if (verb === 'g')
    return sign + (spec.precision === undefined ? String(size) : String(Number(size.toPrecision(spec.precision))));
  return wrongVerb(verb, value);
}

function pad(text: string, { flags, width }: Spec, verb: string): string {
  const length = Array.from(text).length;
  if (length >= width) return text;
  if (flags.includes('-')) return text + ' '.repeat(width - length);
  if (!flags.includes('0')) return ' '.repeat(width - length) + text;
  const signed = /^[+-]/.test(text) && !/[sqvx]/.test(verb);
  const fill = '0'.repeat(width - length);
  return signed ? `${text[0]}${fill}${text.slice(1)}` : fill + text;
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\x07', '\\a'],
  ['\b', '\\b'],
  ['\f', '\\f'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\v', '\\v'],
]);

/** A Go string literal, as `%q` makes it. */
export function quote(text: string): string {
  const escaped = text.replace(/["\\\p{C}]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    const short = SHORT_ESCAPES.get(char);
    if (short !== undefined) return short;
    if (code < 0x80) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}
