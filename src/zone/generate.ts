import { RecordSyntaxError, type Entry, type Token } from '../dns/tokens.ts';

/** Values of one $GENERATE: as many as addresses of an IPv4 /16. CoreDNS's limit. */
const MAXIMUM_VALUES = 65_536;
/** The largest value and offset: 31 bits, CoreDNS's limit. */
const MAXIMUM_VALUE = 0x7fff_ffff;
/** The most digits that a number is padded to. CoreDNS's limit; no name is longer. */
const MAXIMUM_WIDTH = 255;

/** The records that `$GENERATE START-STOP[/STEP] OWNER ... DATA` stands for, each as an entry. Throws RecordSyntaxError. */
export function* generate(entry: Entry): Generator<Entry, void, undefined> {
  const [, range, ...template] = entry.tokens;
  if (range === undefined) throw new RecordSyntaxError('the range of $GENERATE is missing', entry.end);
  const [, start, stop, step = '1'] = /^(\d+)-(\d+)(?:\/(\d+))?$/.exec(range.text) ?? [];
  if (start === undefined || stop === undefined) {
    throw new RecordSyntaxError(`no range such as 1-10 or 1-10/2: ${range.text}`, range.position);
  }
  const [first, last, stride] = [Number(start), Number(stop), Number(step)];
  if (last > MAXIMUM_VALUE || first > last || stride < 1) {
    throw new RecordSyntaxError(`a range goes up, in steps of at least 1: ${range.text}`, range.position);
  }
  if ((last - first) / stride >= MAXIMUM_VALUES) {
    throw new RecordSyntaxError(`a range has at most ${MAXIMUM_VALUES} values: ${range.text}`, range.position);
  }
  for (let value = first; value <= last; value += stride) {
    const tokens = template.map((token) => ({ ...token, text: substitute(token, value) }));
    yield { tokens, indented: false, end: entry.end };
  }
}

/** `$` and `${OFFSET[,WIDTH[,BASE]]}` replaced by the value; `$$` and `\$` stand for the sign itself. */
function substitute(token: Token, value: number): string {
  return token.text.replace(
    /\\(\$|\\)|\$(?:\$|\{([^}]*)\}|(\{))?/g,
    (found, escaped?: string, modifier?: string, open?: string) => {
      if (escaped !== undefined) return escaped === '$' ? '$' : found;
      if (found === '$$') return '$';
      if (open !== undefined) throw new RecordSyntaxError('a brace after $ is not closed', token.position);
      return modifier === undefined ? String(value) : formatValue(modifier, value, token.position);
    },
  );
}

function formatValue(modifier: string, value: number, position: number): string {
  const [, offset = '', width = '0', base = 'd'] = /^([+-]?\d+)(?:,(\d+)(?:,([doxX]))?)?$/.exec(modifier) ?? [];
  if (offset === '' || Number(width) > MAXIMUM_WIDTH) {
    throw new RecordSyntaxError(`no OFFSET,WIDTH,BASE such as 0,3,d: ${modifier}`, position);
  }
  const number = value + Number(offset);
  if (number < 0 || number > MAXIMUM_VALUE) throw new RecordSyntaxError(`the offset leads to ${number}`, position);
  const digits = number.toString(base === 'o' ? 8 : base === 'd' ? 10 : 16).padStart(Number(width), '0');
  return base === 'X' ? digits.toUpperCase() : digits;
}
