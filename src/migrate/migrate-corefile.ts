import type { Environment } from '../corefile/environment.ts';
import type { ImportSource } from '../corefile/import-source.ts';
import { parseCorefile } from '../corefile/parse.ts';
import type { Problem } from '../corefile/problem.ts';
import type { Change } from './change.ts';
import { Draft } from './draft.ts';
import { moveOptions } from './moved-options.ts';
import { addNewDefaults } from './new-defaults.ts';
import { addNotes } from './notes.ts';
import { turnProxyIntoForward } from './proxy-to-forward.ts';
import { removeRetiredOptions } from './retired-options.ts';
import { replaceRetiredPlugins } from './retired-plugins.ts';
import { splitStubDomains } from './stub-domains.ts';
import type { Span } from './versions.ts';
import { unifyZoneReload } from './zone-reload.ts';

export interface MigrationOptions {
  /** The name of the file in places, and what relative imports start from. */
  readonly file: string;
  readonly environment: Environment;
  readonly imports: ImportSource;
  readonly span: Span;
}

/** A Corefile brought up to date, or the errors for which it cannot be read. */
export type Migration =
  | { readonly corefile: string; readonly changes: readonly Change[] }
  | { readonly errors: readonly Problem[] };

/** The later ones see what the earlier ones wrote. */
const RULES: readonly ((draft: Draft) => void)[] = [
  replaceRetiredPlugins,
  removeRetiredOptions,
  unifyZoneReload,
  turnProxyIntoForward,
  moveOptions,
  splitStubDomains,
  addNewDefaults,
  addNotes,
];

/**
 * Brings a Corefile from one version of CoreDNS to another: what CoreDNS does not take any more is removed or said as it is
 * said now, whichever version the file is from; what files have by default since a version is added when the file is
 * older. Comments and all that needs no change stay as they are written. Never throws on bad input.
 */
export function migrateCorefile(text: string, options: MigrationOptions): Migration {
  const mark = text.startsWith('\u{feff}') ? '\u{feff}' : '';
  const draft = parseable(text, options, mark);
  if (!(draft instanceof Draft)) return draft;
  for (const rule of RULES) {
    rule(draft);
    draft.commit();
  }
  return { corefile: mark + draft.text, changes: draft.changes.toSorted(byPlace(options.file)) };
}

function parseable(
  text: string,
  options: MigrationOptions,
  mark: string,
): Draft | { readonly errors: readonly Problem[] } {
  const errors = parseCorefile(text, options).problems.filter(
    // What would be added behind a string without end would be a part of it.
    ({ severity, code }) => severity === 'error' || code === 'corefile/unclosed-quote',
  );
  return errors.length > 0 ? { errors } : new Draft(text.slice(mark.length), options);
}

/** The file's own changes come first. */
function byPlace(file: string): (a: Change, b: Change) => number {
  return (a, b) => {
    if (a.file !== b.file) return a.file === file ? -1 : b.file === file ? 1 : a.file < b.file ? -1 : 1;
    return a.line - b.line;
  };
}
