import { RecordSyntaxError, type TokenCursor } from '../tokens.ts';
import { WireWriter } from '../writer.ts';
import { type Codec, defineOddRecord, type RecordType, tableCodec } from './define.ts';
import { uint32, uint8 } from './fields.ts';
import { OpaqueData } from './opaque.ts';

/** A place on Earth (RFC 1876 §2), in the units of the wire. */
export interface Loc {
  /** 0; other versions may give the rest another meaning. */
  readonly version: number;
  /** Diameter of the object: centimetres as two 4-bit digits, mantissa and power of ten. */
  readonly size: number;
  /** As `size`. */
  readonly horizontalPrecision: number;
  /** As `size`. */
  readonly verticalPrecision: number;
  /** Thousandths of a second of arc; 2^31 is the equator, more is north. */
  readonly latitude: number;
  /** Thousandths of a second of arc; 2^31 is the prime meridian, more is east. */
  readonly longitude: number;
  /** Centimetres above a point 100 km below the reference spheroid. */
  readonly altitude: number;
}

const EQUATOR = 0x8000_0000;
/** 100 km in centimetres. */
const ALTITUDE_BASE = 10_000_000;
const MAXIMUM_ALTITUDE = 0xffff_ffff;
/** The greatest size: digits 9 and 9. */
const MAXIMUM_SIZE = 9e9;
/** Sizes of a record that states none: 1 m, 10 km, 10 m (RFC 1876 §3). */
const DEFAULT_SIZES = [0x12, 0x16, 0x13] as const;

const wireForm: Codec<Loc> = tableCodec<Loc>({
  version: uint8,
  size: uint8,
  horizontalPrecision: uint8,
  verticalPrecision: uint8,
  latitude: uint32,
  longitude: uint32,
  altitude: uint32,
});

export const LOC: RecordType<Loc> = defineOddRecord({
  name: 'LOC',
  codec: {
    ...wireForm,
    parse(tokens) {
      const latitude = parseAngle(tokens, 'latitude', 90, 'N', 'S');
      const longitude = parseAngle(tokens, 'longitude', 180, 'E', 'W');
      const altitude =
        ALTITUDE_BASE + parseCentimetres(tokens, 'altitude', -ALTITUDE_BASE, MAXIMUM_ALTITUDE - ALTITUDE_BASE);
      const [size, horizontalPrecision, verticalPrecision] = DEFAULT_SIZES.map((initial) => {
        return tokens.done ? initial : packSize(parseCentimetres(tokens, 'size', 0, MAXIMUM_SIZE));
      });
      return {
        version: 0,
        size: size ?? 0,
        horizontalPrecision: horizontalPrecision ?? 0,
        verticalPrecision: verticalPrecision ?? 0,
        latitude,
        longitude,
        altitude,
      };
    },
    print(data) {
      if (!isPrintable(data)) return printOctets(data);
      const sizes = [data.size, data.horizontalPrecision, data.verticalPrecision].map(printSize);
      const altitude = ((data.altitude - ALTITUDE_BASE) / 100).toFixed(2);
      return `${printAngle(data.latitude, 'N', 'S')} ${printAngle(data.longitude, 'E', 'W')} ${altitude}m ${sizes.join(' ')}`;
    },
  },
});

/** Does the text form say all that the data say? */
function isPrintable(data: Loc): boolean {
  const sizes = [data.size, data.horizontalPrecision, data.verticalPrecision];
  return (
    data.version === 0 &&
    sizes.every((size) => size === 0 || (size >>> 4 >= 1 && size >>> 4 <= 9 && (size & 15) <= 9)) &&
    Math.abs(data.latitude - EQUATOR) <= 90 * 3_600_000 &&
    Math.abs(data.longitude - EQUATOR) <= 180 * 3_600_000
  );
}

/** `\# 16 hex`. */
function printOctets(data: Loc): string {
  const writer = new WireWriter();
  wireForm.write(writer, data);
  return new OpaqueData(writer.written).print();
}

/** `degrees [minutes [seconds[.fraction]]] N|S`. */
function parseAngle(tokens: TokenCursor, what: string, maximum: number, plus: string, minus: string): number {
  let thousandths = 0;
  let unit = 3_600_000;
  for (;;) {
    const token = tokens.next(what);
    const direction = token.text.toUpperCase();
    if (unit < 3_600_000 && (direction === plus || direction === minus)) {
      if (thousandths > maximum * 3_600_000) {
        throw new RecordSyntaxError(`${what} is more than ${maximum} degrees`, token.position);
      }
      return direction === plus ? EQUATOR + thousandths : EQUATOR - thousandths;
    }
    const pattern = unit === 1000 ? /^\d{1,2}(?:\.\d{0,3})?$/ : /^\d{1,3}$/;
    if (unit < 1000 || !pattern.test(token.text) || (unit < 3_600_000 && Number(token.text) >= 60)) {
      throw new RecordSyntaxError(`${what} is nothing like 52 22 23.000 ${plus}: ${token.text}`, token.position);
    }
    thousandths += Math.round(Number(token.text) * unit);
    unit /= 60;
  }
}

function printAngle(value: number, plus: string, minus: string): string {
  const thousandths = Math.abs(value - EQUATOR);
  const degrees = Math.floor(thousandths / 3_600_000);
  const minutes = Math.floor(thousandths / 60_000) % 60;
  const seconds = ((thousandths % 60_000) / 1000).toFixed(3);
  return `${degrees} ${minutes} ${seconds} ${value >= EQUATOR ? plus : minus}`;
}

/** Metres with up to two decimals and perhaps an `m`, in centimetres. */
function parseCentimetres(tokens: TokenCursor, what: string, minimum: number, maximum: number): number {
  const token = tokens.next(what);
  const centimetres = Math.round(Number.parseFloat(token.text) * 100);
  if (!/^-?\d+(?:\.\d{0,2})?m?$/.test(token.text) || centimetres < minimum || centimetres > maximum) {
    throw new RecordSyntaxError(`${what} is no possible length in metres: ${token.text}`, token.position);
  }
  return centimetres;
}

/** The nearest mantissa and power not above. */
function packSize(centimetres: number): number {
  let mantissa = centimetres;
  let power = 0;
  for (; mantissa >= 10; power++) mantissa = Math.floor(mantissa / 10);
  return (mantissa << 4) | power;
}

function printSize(value: number): string {
  return `${(((value >>> 4) * 10 ** (value & 15)) / 100).toFixed(2)}m`;
}
