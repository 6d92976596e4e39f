/**
 * The files that `import` may read, as the one who starts the parser sees them. Paths are those of the system, always
 * absolute except for `absolute` itself.
 */
export interface ImportSource {
  /** A path made absolute, with the working directory when it is relative. */
  readonly absolute: (path: string) => string;
  /** What a path names, symbolic links followed; undefined for nothing. */
  readonly kind: (path: string) => 'file' | 'directory' | undefined;
  /** Names of all entries of a directory, hidden ones too, in any order; none when it cannot be read. */
  readonly list: (directory: string) => readonly string[];
  /** The text of a file; an Error, whose message is shown, when it cannot be read. */
  readonly read: (path: string) => string | Error;
}
