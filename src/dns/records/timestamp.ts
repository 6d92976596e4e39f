import { RecordSyntaxError } from '../tokens.ts';
import type { Codec } from './define.ts';
import { uint32 } from './fields.ts';

/** Seconds since 1970 modulo 2^32, in a zone file `YYYYMMDDHHmmSS` in UTC or the number (RFC 4034 §3.2). */
export const timestamp: Codec<number> = {
  ...uint32,
  parse(tokens, what) {
    const token = tokens.peek();
    if (token === undefined || token.text.length !== 14) return tokens.integer(what, 0xffff_ffff);
    tokens.next(what);
    const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/.exec(token.text) ?? [];
    const milliseconds = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    if (Number.isNaN(milliseconds)) {
      throw new RecordSyntaxError(`${what} is no time like 20240131235959: ${token.text}`, token.position);
    }
    return (milliseconds / 1000) >>> 0;
  },
  print: (seconds) => new Date(seconds * 1000).toISOString().replace(/\.\d+Z$|[^\d]/g, ''),
};
