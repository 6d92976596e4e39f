import type { Version } from './versions.ts';

/** What has been done to a Corefile, or has to be done by hand. */
export interface Change {
  /** `note`: the text stays as it is; `what` says what to look at. */
  readonly action: 'add' | 'move' | 'note' | 'remove' | 'replace';
  readonly file: string;
  /** Of the file as it was, from 1; for what is added, the line that it belongs to. */
  readonly line: number;
  /** One line, no final stop. */
  readonly what: string;
  readonly why: string;
  /** The CoreDNS that asks for it. */
  readonly version: Version;
}

/** `Corefile:3: removed "upstream" from kubernetes (CoreDNS 1.4.0: targets are resolved by the server itself)` */
export function printChange({ file, line, what, why, version }: Change): string {
  return `${file}:${line}: ${what} (CoreDNS ${version}: ${why})`;
}
