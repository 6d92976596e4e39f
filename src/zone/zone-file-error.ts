/** Where something stands in a zone file: line and column count from 1, columns and `length` are UTF-16 units. */
export interface ZoneFilePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** Something to know about a zone file that can be served all the same. */
export interface ZoneFileWarning {
  readonly message: string;
  readonly place: ZoneFilePlace;
}

/** A zone file that cannot be used. The message names no place. */
export class ZoneFileError extends Error {
  readonly place: ZoneFilePlace;

  constructor(message: string, place: ZoneFilePlace) {
    super(message);
    this.name = 'ZoneFileError';
    this.place = place;
  }

  /** `FILE:LINE:COLUMN: message`. */
  get described(): string {
    return describe(this);
  }
}

/** `FILE:LINE:COLUMN: message`. */
export function describe({ message, place }: ZoneFileWarning): string {
  return `${place.file}:${place.line}:${place.column}: ${message}`;
}

/** The place of what stands `position` UTF-16 units from the start of the text of `file`. */
export function placeIn(file: string, text: string, position: number, length = 1): ZoneFilePlace {
  const lineStart = text.lastIndexOf('\n', position - 1) + 1;
  let line = 1;
  for (let i = text.indexOf('\n'); i >= 0 && i < position; i = text.indexOf('\n', i + 1)) line++;
  return { file, line, column: position - lineStart + 1, length };
}
