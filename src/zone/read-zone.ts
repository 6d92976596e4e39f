import { CLASS } from '../dns/codes.ts';
import type { ResourceRecord } from '../dns/message.ts';
import type { DomainName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { parseZoneFile, type ZoneFileOptions } from './zone-file.ts';
import { ZoneFileError, type ZoneFileWarning } from './zone-file-error.ts';
import type { Zone } from './zone.ts';
import { ZoneBuilder } from './zone-builder.ts';

/** A zone file made into a zone, and what is odd about it. */
export interface ReadZone {
  readonly zone: Zone;
  readonly warnings: readonly ZoneFileWarning[];
}

/** Warnings about one file: whoever names the wrong origin would get one for each record. */
const MAXIMUM_WARNINGS = 10;

/**
 * Makes the zone `origin` of a file. It stops after each record so that whoever runs it may let others run, too. Records outside of the zone
 * and of other classes are left out, with a warning. Throws ZoneFileError.
 */
export function* readZone(options: ZoneFileOptions): Generator<undefined, ReadZone, undefined> {
  const { origin, file } = options;
  const builder = new ZoneBuilder(origin);
  const warnings: ZoneFileWarning[] = [];
  for (const { record, place } of parseZoneFile(options)) {
    const warning = oddity(record, origin);
    if (warning !== undefined && warnings.length < MAXIMUM_WARNINGS) warnings.push({ message: warning, place: place() });
    if (warning === undefined || isSoa(record)) builder.add(record);
    yield undefined;
  }
  const zone = builder.finish();
  if (zone !== undefined) return { zone, warnings };
  throw new ZoneFileError(`file "${file}" has no SOA record for origin ${origin.text}`, { file, line: 1, column: 1, length: 1 });
}

/** CoreDNS takes an SOA record wherever it stands. */
function isSoa({ type, class: recordClass }: ResourceRecord): boolean {
  return type === TYPE.SOA && recordClass === CLASS.IN;
}

/** What is wrong with a record that is none of the zone. */
function oddity(record: ResourceRecord, origin: DomainName): string | undefined {
  const { name } = record;
  if (record.class !== CLASS.IN) return 'the record has another class than IN and is left out';
  if (isSoa(record)) return name.equals(origin) ? undefined : `the SOA record stands at ${name.text}, not at ${origin.text}`;
  return name.isWithin(origin) ? undefined : `${name.text} is outside of the zone ${origin.text} and is left out`;
}
