import { memoryImports } from '../corefile/memory-imports.ts';
import type { Change } from './change.ts';
import { migrateCorefile } from './migrate-corefile.ts';
import { LATEST, Span, type Version } from './versions.ts';

/** Migrates a text that has no errors. `files` are those that it imports. */
export function migrated(
  text: string,
  from: Version,
  to: Version = LATEST,
  files: Readonly<Record<string, string>> = {},
): { readonly corefile: string; readonly changes: readonly Change[] } {
  const migration = migrateCorefile(text, {
    file: 'Corefile',
    environment: { API: 'https://api', EMPTY: '' },
    imports: memoryImports(files),
    span: new Span(from, to),
  });
  if ('errors' in migration) throw new Error(migration.errors.map(({ message }) => message).join('; '));
  return migration;
}
