/** How two records are compared. */
export interface RecordTolerance {
  /** Letter case of names counts. */
  readonly case: boolean;
  /** The TTL that came may be lower than the recorded one by at most so much; undefined: any TTL will do. */
  readonly ttlSlack: number | undefined;
}

/** What one list has and the other has not. */
export interface ListDifference {
  readonly missing: readonly string[];
  readonly unexpected: readonly string[];
}

/** Where the TTL stands in `name ttl class type rdata`. */
const TTL_WORD = 1;

/** Does the record that came fit the recorded one, in which a word `*` fits any? */
export function fitsRecord(expected: string, actual: string, tolerance: RecordTolerance): boolean {
  return fitsWords(wordsOf(expected), wordsOf(actual), tolerance);
}

/** The difference of two lists of records as multisets; undefined when they fit. */
export function compareMultisets(
  expected: readonly string[],
  actual: readonly string[],
  tolerance: RecordTolerance,
): ListDifference | undefined {
  const candidates = actual.map(wordsOf);
  const partners = expected.map((record) => {
    const words = wordsOf(record);
    return candidates.flatMap((candidate, i) => (fitsWords(words, candidate, tolerance) ? [i] : []));
  });
  const takenBy = pair(partners, actual.length);
  const matched = new Set(takenBy.filter((i) => i !== undefined));
  const missing = expected.filter((_, i) => !matched.has(i));
  const unexpected = actual.filter((_, i) => takenBy[i] === undefined);
  return missing.length + unexpected.length === 0 ? undefined : { missing, unexpected };
}

/** The difference of two lists in which order counts; undefined when they fit. */
export function compareOrdered(
  expected: readonly string[],
  actual: readonly string[],
  tolerance: RecordTolerance,
): ListDifference | undefined {
  const fits = (record: string, i: number): boolean => {
    const other = actual[i];
    return other !== undefined && fitsRecord(record, other, tolerance);
  };
  return expected.length === actual.length && expected.every(fits)
    ? undefined
    : { missing: expected, unexpected: actual };
}

/**
 * Pairs left ends with right ends, as many as can be: with wildcards the first fit is not always the right one.
 * `partners[left]` lists the right ends that fit; the result is the left end that each right end got.
 */
function pair(partners: readonly (readonly number[])[], rights: number): (number | undefined)[] {
  const takenBy: (number | undefined)[] = Array.from({ length: rights });
  const place = (left: number, seen: Set<number>): boolean =>
    (partners[left] ?? []).some((right) => {
      if (seen.has(right)) return false;
      seen.add(right);
      const owner = takenBy[right];
      if (owner !== undefined && !place(owner, seen)) return false;
      takenBy[right] = left;
      return true;
    });
  for (const left of partners.keys()) place(left, new Set());
  return takenBy;
}

function fitsWords(expected: readonly string[], actual: readonly string[], tolerance: RecordTolerance): boolean {
  if (expected.length !== actual.length) return false;
  return expected.every((word, i) => {
    const other = actual[i] ?? '';
    if (word === '*' || word === other) return true;
    if (i === TTL_WORD) return fitsTtl(Number(word), Number(other), tolerance.ttlSlack);
    return !tolerance.case && isName(word) && isName(other) && word.toLowerCase() === other.toLowerCase();
  });
}

function fitsTtl(expected: number, actual: number, slack: number | undefined): boolean {
  return slack === undefined || (actual <= expected && actual >= expected - slack);
}

/** Only names end in a dot: texts are quoted, and base64, hex and numbers have none. */
function isName(word: string): boolean {
  return word.endsWith('.');
}

/** The words of a record; a quoted text is one. */
function wordsOf(record: string): string[] {
  return record.match(/(?:"(?:[^"\\]|\\.)*"|[^\s"])+/gs) ?? [];
}
