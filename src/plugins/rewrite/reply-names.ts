import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName, MAXIMUM_NAME_LENGTH } from '../../dns/name.ts';
import { CNAME } from '../../dns/records/cname.ts';
import type { RecordType } from '../../dns/records/define.ts';
import { DNAME } from '../../dns/records/dname.ts';
import { MX } from '../../dns/records/mx.ts';
import { NAPTR } from '../../dns/records/naptr.ts';
import { NS } from '../../dns/records/ns.ts';
import { PTR } from '../../dns/records/ptr.ts';
import { SOA } from '../../dns/records/soa.ts';
import { SRV } from '../../dns/records/srv.ts';
import { changeReply, type Reply } from '../../plugin-api/reply.ts';
import { substitute, type Substitution } from './name-match.ts';
import { IllegalNameError, type ReplyChange } from './rule.ts';

/** What becomes of a name in a reply: itself when it is not concerned. Throws IllegalNameError. */
export type NameMap = (name: DomainName) => DomainName;

type RecordMap = (record: ResourceRecord) => ResourceRecord;

/** `from` and the names below it become `to` and those below that. */
export function mapDomain(from: DomainName, to: DomainName): NameMap {
  return (name) => {
    if (!name.isWithin(from)) return name;
    const head = name.wire.subarray(0, name.wire.length - from.wire.length);
    if (head.length + to.wire.length > MAXIMUM_NAME_LENGTH) throw new IllegalNameError(name.text);
    const wire = new Uint8Array(head.length + to.wire.length);
    wire.set(head);
    wire.set(to.wire, head.length);
    return DomainName.fromWire(wire);
  };
}

/** Names that end in the text `from`, whatever its letter case, end in `to` instead. */
export function mapSuffix(from: string, to: string): NameMap {
  return (name) => {
    if (!name.canonical.endsWith(from)) return name;
    return legalName(name.text.slice(0, name.text.length - from.length) + to);
  };
}

/** Names that the pattern matches, as they are or in lower case, become what the template says. */
export function mapPattern(substitution: Substitution): NameMap {
  return (name) => {
    const text = substitute(substitution, name.text) ?? substitute(substitution, name.canonical);
    return text === undefined ? name : legalName(text);
  };
}

/** Throws IllegalNameError. */
export function legalName(text: string): DomainName {
  const name = DomainName.tryParse(text);
  if (name === undefined) throw new IllegalNameError(text);
  return name;
}

/** Applies the map to the owner of every record. */
export function changeOwners(map: NameMap): ReplyChange {
  return mapRecords((record) => withOwner(record, map));
}

/** Applies the map to the names in the data of records. */
export function changeValues(map: NameMap): ReplyChange {
  return mapRecords((record) => withValue(record, map));
}

/** Applies the map to both. */
export function changeNames(map: NameMap): ReplyChange {
  return mapRecords((record) => withValue(withOwner(record, map), map));
}

/** A change that concerns every record of a reply; sections without a change stay the same. */
export function mapRecords(map: RecordMap): ReplyChange {
  return (reply: Reply) => {
    const answers = mapSection(reply.answers, map);
    const authorities = mapSection(reply.authorities, map);
    const additionals = mapSection(reply.additionals, map);
    return answers === reply.answers && authorities === reply.authorities && additionals === reply.additionals
      ? reply
      : changeReply(reply, { answers, authorities, additionals });
  };
}

function mapSection(records: readonly ResourceRecord[], map: RecordMap): readonly ResourceRecord[] {
  let changed: ResourceRecord[] | undefined;
  for (const [i, record] of records.entries()) {
    const mapped = map(record);
    if (mapped !== record) (changed ??= [...records])[i] = mapped;
  }
  return changed ?? records;
}

function withOwner(record: ResourceRecord, map: NameMap): ResourceRecord {
  const name = map(record.name);
  return name === record.name ? record : { ...record, name };
}

function withValue(record: ResourceRecord, map: NameMap): ResourceRecord {
  return valueMaps.get(record.type)?.(record, map) ?? record;
}

/** Where records of each type have the name that CoreDNS calls their value. */
const valueMaps: ReadonlyMap<number, (record: ResourceRecord, map: NameMap) => ResourceRecord> = new Map([
  valueMap(CNAME, (data, map) => ({ target: map(data.target) })),
  valueMap(DNAME, (data, map) => ({ target: map(data.target) })),
  valueMap(PTR, (data, map) => ({ target: map(data.target) })),
  valueMap(NS, (data, map) => ({ nameServer: map(data.nameServer) })),
  valueMap(MX, (data, map) => ({ ...data, exchange: map(data.exchange) })),
  valueMap(SRV, (data, map) => ({ ...data, target: map(data.target) })),
  valueMap(SOA, (data, map) => ({ ...data, primary: map(data.primary) })),
  valueMap(NAPTR, (data, map) => ({ ...data, replacement: map(data.replacement) })),
]);

function valueMap<D extends object>(
  type: RecordType<D>,
  map: (data: D, names: NameMap) => D,
): [number, (record: ResourceRecord, names: NameMap) => ResourceRecord] {
  return [type.code, (record, names) => (type.is(record) ? { ...record, data: map(record.data, names) } : record)];
}
