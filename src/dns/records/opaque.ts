import type { WireReader } from '../reader.ts';
import { RecordSyntaxError, type TokenCursor } from '../tokens.ts';
import type { WireWriter } from '../writer.ts';
import { fromHex, toHex } from './text.ts';

/** The most octets of record data: their count has 16 bits (RFC 1035 §3.2.1). */
const MAXIMUM_DATA_LENGTH = 65_535;

/** Record data that is kept as it stands on the wire: unknown types (RFC 3597), and no data in updates. */
export class OpaqueData {
  readonly octets: Uint8Array;

  constructor(octets: Uint8Array) {
    this.octets = octets;
  }

  static read(reader: WireReader): OpaqueData {
    return new OpaqueData(reader.rest());
  }

  write(writer: WireWriter): void {
    writer.octets(this.octets);
  }

  /** `\# 4 0a000001` (RFC 3597 §5); the cursor stands at the `\#`. Throws RecordSyntaxError. */
  static parse(tokens: TokenCursor): OpaqueData {
    tokens.next('\\#');
    const position = tokens.peek()?.position ?? 0;
    const length = tokens.integer('data length', MAXIMUM_DATA_LENGTH);
    const octets = length === 0 && tokens.done ? new Uint8Array(0) : fromHex(tokens.rest('data'), 'data');
    if (octets.length !== length) {
      throw new RecordSyntaxError(`the data has ${octets.length} octets, not ${length}`, position);
    }
    return new OpaqueData(octets);
  }

  print(): string {
    return this.octets.length === 0 ? '\\# 0' : `\\# ${this.octets.length} ${toHex(this.octets)}`;
  }
}
