import { type Key, parseKey } from '../corefile/keys.ts';
import type { Corefile, Line, ServerBlock } from '../corefile/tree.ts';
import { DomainName } from '../dns/name.ts';
import type { Report } from '../plugin-api/options.ts';

export interface PlanSettings {
  /** The port of `dns` keys that name none. */
  readonly defaultPort: number;
  /** The port to listen on for a port of the file: another one where the file's cannot be had. */
  readonly mapPort?: (port: number) => number;
}

/** A key of a server block, and its zones as names. */
export interface KeyPlan {
  readonly key: Key;
  readonly port: number;
  readonly zones: readonly DomainName[];
}

/** A server block as it was written, before its plugins are set up. */
export interface BlockPlan {
  readonly keys: readonly KeyPlan[];
  readonly zones: readonly DomainName[];
  readonly directives: readonly Line[];
}

/** Reads the keys of all blocks. Keys that make no sense are reported and left out. */
export function planBlocks(corefile: Corefile, settings: PlanSettings, report: Report): BlockPlan[] {
  return corefile.blocks.map((block) => planBlock(block, settings, report));
}

function planBlock(block: ServerBlock, settings: PlanSettings, report: Report): BlockPlan {
  const keys: KeyPlan[] = [];
  for (const token of block.keys) {
    const key = parseKey(token, { defaultPort: settings.defaultPort });
    if ('message' in key) {
      report(key);
      continue;
    }
    for (const warning of key.warnings) report(warning);
    if (key.port > 65_535) {
      report({
        code: 'server/port',
        message: `${key.port} is no port`,
        place: token.place,
        hint: 'ports go up to 65535',
      });
      continue;
    }
    keys.push({
      key,
      port: settings.mapPort?.(key.port) ?? key.port,
      zones: key.zones.map((zone) => DomainName.parse(zone)),
    });
  }
  return {
    keys,
    zones: keys.flatMap(({ zones }) => zones),
    directives: block.directives,
  };
}
