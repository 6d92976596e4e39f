import { DomainName } from '../../dns/name.ts';
import { readZone } from '../read-zone.ts';
import type { Zone } from '../zone.ts';
import type { ZoneFileOptions } from '../zone-file.ts';

/** Options to read a zone file that is made up; `files` are the ones that it may include, by path. */
export function zoneFile(
  text: string,
  origin = 'z.test',
  files: Readonly<Record<string, string>> = {},
): ZoneFileOptions {
  return {
    file: '/zones/db',
    text,
    origin: DomainName.parse(origin),
    readInclude: (path) => {
      const included = files[path];
      if (included === undefined) throw new Error('no such file');
      return included;
    },
  };
}

/** The zone that the text describes. */
export function makeZone(text: string, origin = 'z.test'): Zone {
  const steps = readZone(zoneFile(text, origin));
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value.zone;
  }
}
