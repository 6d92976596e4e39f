import { CLASS, className } from '../dns/codes.ts';
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
    const oddity = oddityOf(record, origin);
    if (oddity === undefined) builder.add(record);
    else if (record.type === TYPE.SOA) throw new ZoneFileError(`file "${file}" has ${oddity}`, place());
    else if (warnings.length < MAXIMUM_WARNINGS) warnings.push({ message: `${oddity}: left out`, place: place() });
    yield undefined;
  }
  const zone = yield* builder.finish();
  if (zone !== undefined) return { zone, warnings };
  throw new ZoneFileError(`file "${file}" has no SOA record for origin ${origin.text}`, {
    file,
    line: 1,
    column: 1,
    length: 1,
  });
}

/** Why a record has no place in the zone. */
function oddityOf({ name, type, class: recordClass }: ResourceRecord, origin: DomainName): string | undefined {
  if (recordClass !== CLASS.IN) return `a record of class ${className(recordClass)} at ${name.text}`;
  if (type === TYPE.SOA) {
    return name.equals(origin) ? undefined : `SOA owner ${name.text} that does not match origin ${origin.text}`;
  }
  return name.isWithin(origin) ? undefined : `a record at ${name.text}, outside of the zone ${origin.text}`;
}
