/** The canonical text of the name above: what follows the first dot that is not escaped. */
export function parentKey(key: string): string {
  let dot = key.indexOf('.');
  while (dot > 0 && isEscaped(key, dot)) dot = key.indexOf('.', dot + 1);
  return dot === key.length - 1 ? '.' : key.slice(dot + 1);
}

/** Where the label begins that ends with the dot at `end`. */
export function labelStart(key: string, end: number): number {
  let dot = key.lastIndexOf('.', end - 1);
  while (dot > 0 && isEscaped(key, dot)) dot = key.lastIndexOf('.', dot - 1);
  return dot + 1;
}

/** The canonical text of the wildcard right below a name (RFC 4592 §2.1.1). */
export function wildcardKey(key: string): string {
  return key === '.' ? '*.' : `*.${key}`;
}

function isEscaped(text: string, position: number): boolean {
  let backslashes = 0;
  while (text[position - 1 - backslashes] === '\\') backslashes++;
  return backslashes % 2 === 1;
}
