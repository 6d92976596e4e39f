import { RecordSyntaxError } from '../tokens.ts';
import type { Codec } from './define.ts';

/** A number that zone files may call by a name in `table`; printed as `print` says. */
export function mnemonic(
  number: Codec<number>,
  table: Readonly<Record<string, number>>,
  print: 'number' | 'name',
): Codec<number> {
  const codes = new Map(Object.entries(table));
  const names = new Map(Object.entries(table).map(([name, code]) => [code, name]));
  return {
    ...number,
    parse(tokens, what) {
      const token = tokens.peek();
      const code = token === undefined ? undefined : codes.get(token.text.toUpperCase());
      if (code !== undefined) {
        tokens.next(what);
        return code;
      }
      if (token !== undefined && !/^\d/.test(token.text)) {
        throw new RecordSyntaxError(`${what} is neither a number nor a known name: ${token.text}`, token.position);
      }
      return number.parse(tokens, what);
    },
    print: (value) => (print === 'name' ? (names.get(value) ?? String(value)) : String(value)),
  };
}
