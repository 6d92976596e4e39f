import type { DomainName } from '../name.ts';
import { WireError } from '../reader.ts';
import { RecordSyntaxError, type TokenCursor, unescape } from '../tokens.ts';
import { type Codec, defineRecord, type FieldTable, type RecordType } from './define.ts';
import { exactName, uint16 } from './fields.ts';
import { parseSvcKey, printSvcValue, svcKeyName, svcValueForm } from './svc-values.ts';

/** One parameter; `value` is as on the wire. */
export interface SvcParameter {
  readonly key: number;
  readonly value: Uint8Array;
}

/** How to reach a service (RFC 9460 §2). */
export interface Svcb {
  /** 0 makes the record an alias; else lower is tried first. */
  readonly priority: number;
  readonly target: DomainName;
  /** Ascending keys, none twice. */
  readonly parameters: readonly SvcParameter[];
}

const parameterList: Codec<readonly SvcParameter[]> = {
  read(reader) {
    const parameters: SvcParameter[] = [];
    let previous = -1;
    while (reader.remaining > 0) {
      const at = reader.offset;
      const key = reader.uint16();
      const value = reader.octets(reader.uint16());
      if (key <= previous) throw new WireError('RDATA', at, 'service parameters are not in ascending order');
      if (!svcValueForm(key).isValid(value)) {
        throw new WireError('RDATA', at, `a malformed value of the service parameter ${svcKeyName(key)}`);
      }
      parameters.push({ key, value });
      previous = key;
    }
    return parameters;
  },
  write(writer, parameters) {
    for (const { key, value } of parameters) {
      writer.uint16(key);
      writer.uint16(value.length);
      writer.octets(value);
    }
  },
  length: (parameters) => parameters.reduce((sum, { value }) => sum + 4 + value.length, 0),
  parse(tokens) {
    const parameters = new Map<number, SvcParameter>();
    while (!tokens.done) {
      const { position } = tokens.peek() ?? { position: 0 };
      const parameter = parseParameter(tokens);
      if (parameters.has(parameter.key)) {
        throw new RecordSyntaxError(`the service parameter ${svcKeyName(parameter.key)} is there twice`, position);
      }
      parameters.set(parameter.key, parameter);
    }
    return [...parameters.values()].toSorted((a, b) => a.key - b.key);
  },
  print: (parameters) => parameters.map(printParameter).join(' '),
};

/** `key`, `key=value` or `key="value"`. */
function parseParameter(tokens: TokenCursor): SvcParameter {
  const token = tokens.next('service parameter');
  const [, keyText = '', quotedValue, plainValue] = /^([^=]*)(?:="(.*)"|=(.*))?$/s.exec(token.text) ?? [];
  const key = parseSvcKey(keyText);
  if (key === undefined) throw new RecordSyntaxError(`no service parameter: ${keyText}`, token.position);
  const value = svcValueForm(key).parse(unescape({ ...token, text: quotedValue ?? plainValue ?? '' }));
  if (value === undefined || value.length > 0xffff) {
    throw new RecordSyntaxError(`no value of the service parameter ${keyText}: ${token.text}`, token.position);
  }
  return { key, value };
}

function printParameter({ key, value }: SvcParameter): string {
  return value.length === 0 ? svcKeyName(key) : `${svcKeyName(key)}=${printSvcValue(key, value)}`;
}

/** For the types with the same data. */
export const svcbFields: FieldTable<Svcb> = { priority: uint16, target: exactName, parameters: parameterList };

export const SVCB: RecordType<Svcb> = defineRecord({ name: 'SVCB', fields: svcbFields });
