import { createHash } from 'node:crypto';
import { fingerprint } from '../corefile/fingerprint.ts';
import type { ImportSource } from '../corefile/import-source.ts';
import { parseCorefile } from '../corefile/parse.ts';
import type { Problem } from '../corefile/problem.ts';
import type { Corefile } from '../corefile/tree.ts';
import type { Host, NamedInstance } from '../plugin-api/context.ts';
import type { Plugin, StopReason } from '../plugin-api/plugin.ts';
import type { Report } from '../plugin-api/options.ts';
import type { Block } from './block.ts';
import { planBlocks, type PlanSettings } from './plan.ts';
import { planListeners, type ListenerPlan } from './listener-plan.ts';
import { setUpPlugins, type SetupServices } from './setup.ts';

/** The text of a configuration and the path that its places name. */
export interface ConfigurationText {
  readonly text: string;
  readonly file: string;
}

export interface ConfigurationOptions extends PlanSettings {
  /** All plugins in the order of the chain. */
  readonly plugins: readonly Plugin[];
  /** Directives of CoreDNS for which there is no plugin: known, but refused in other words. */
  readonly unsupported: ReadonlySet<string>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly imports: ImportSource;
  readonly host: Host;
  readonly services: SetupServices;
}

/** A configuration that can run: everything is set up, nothing is open yet. */
export interface Configuration {
  readonly fingerprint: string;
  readonly blocks: readonly Block[];
  readonly listeners: readonly ListenerPlan[];
  /** All instances in the order in which they are started: chain order, and file order within it. */
  readonly instances: readonly NamedInstance[];
}

/** What became of a text: a configuration unless one of the problems is an error. */
export interface ConfigurationResult {
  readonly configuration: Configuration | undefined;
  readonly problems: readonly Problem[];
  /** Texts of imported files for showing problems in them, and the paths that were read. */
  readonly files: readonly string[];
}

/** What runs when the file says nothing, as CoreDNS has it. */
const DEFAULT_TEXT = 'whoami\nlog\n';

/** text → tree → options → server blocks: all steps before anything is opened. `check` stops here. Never throws on bad input. */
export function buildConfiguration(source: ConfigurationText, options: ConfigurationOptions): ConfigurationResult {
  const problems: Problem[] = [];
  const report: Report = (problem) => problems.push({ severity: 'error', ...problem });
  const { corefile, files } = parse(source, options, problems);
  const plans = planBlocks(corefile, options, report);
  const setUp = setUpPlugins(plans, options, report);
  const listeners = planListeners(setUp.blocks, report);
  const refused = problems.some((problem) => problem.severity === 'error');
  const configuration: Configuration = {
    fingerprint: fingerprintOf(corefile, source.file),
    blocks: setUp.blocks.map(({ block }) => block),
    listeners,
    instances: setUp.instances,
  };
  return { configuration: refused ? undefined : configuration, problems: inReadingOrder(problems), files };
}

/** The SHA-512 of the parsed text, or what is wrong with it: what plugin `reload` compares. */
export function configurationFingerprint(
  source: ConfigurationText,
  options: ConfigurationOptions,
): { readonly fingerprint: string } | { readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const { corefile } = parse(source, options, problems);
  const errors = problems.filter((problem) => problem.severity === 'error');
  return errors.length > 0 ? { problems: errors } : { fingerprint: fingerprintOf(corefile, source.file) };
}

/** Starts every plugin in order. Rejects with the first failure after stopping those that had started. */
export async function startPlugins(configuration: Configuration): Promise<void> {
  const started: NamedInstance[] = [];
  try {
    for (const named of configuration.instances) {
      started.push(named);
      await named.instance.start?.();
    }
  } catch (error) {
    await stopPlugins({ ...configuration, instances: started }, 'reload');
    throw error;
  }
}

/** Stops every plugin; resolves with what went wrong, if anything, when all have had their turn. */
export async function stopPlugins(configuration: Configuration, reason: StopReason): Promise<unknown[]> {
  const results = await Promise.allSettled(
    configuration.instances.map(async ({ instance }) => instance.stop?.(reason)),
  );
  return results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
}

function parse(
  source: ConfigurationText,
  options: ConfigurationOptions,
  problems: Problem[],
): { readonly corefile: Corefile; readonly files: readonly string[] } {
  const settings = { file: source.file, environment: options.environment, imports: options.imports };
  const parsed = parseCorefile(source.text, settings);
  problems.push(...parsed.problems);
  if (parsed.corefile.blocks.length > 0 || problems.some((problem) => problem.severity === 'error')) return parsed;
  return parseCorefile(`.:${options.defaultPort}\n${DEFAULT_TEXT}`, settings);
}

function fingerprintOf(corefile: Corefile, file: string): string {
  return createHash('sha512').update(fingerprint(corefile, file)).digest('hex');
}

function inReadingOrder(problems: readonly Problem[]): readonly Problem[] {
  return problems.toSorted(
    (a, b) =>
      compareTexts(a.place.file, b.place.file) || a.place.line - b.place.line || a.place.column - b.place.column,
  );
}

/** By code units: the order of a locale would load collation tables of 3 MB for it. */
function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
