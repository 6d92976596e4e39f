/**
 * Where something stands in a file. Line and column count from 1; columns are UTF-16 units, a tab is one. `length` is
 * how many units it takes there, on the first line if it spans several; at least 1.
 */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly length: number;
}

/** `FILE:LINE:COLUMN`, as editors and terminals make a link of it. */
export function printPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}
