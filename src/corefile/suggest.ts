/**
 * The candidate that somebody who wrote `word` probably meant: the one that takes the fewest slips (a character too
 * many, missing, wrong, or two exchanged), if those are few for the length of the word. Letter case counts least.
 */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  const lower = word.toLowerCase();
  // One slip in four characters: `lgo` is near `log`, while `bind` and `file` have nothing in common.
  const limit = Math.max(1, Math.floor(word.length / 4) + (word.length > 4 ? 1 : 0));
  let best: string | undefined;
  let fewest = limit + 1;
  for (const candidate of candidates) {
    if (candidate === word || Math.abs(candidate.length - word.length) >= fewest) continue;
    const slips = distance(lower, candidate.toLowerCase());
    // A word of two characters with one wrong has too little left of what was meant.
    if (slips < fewest && slips < Math.min(word.length, candidate.length)) {
      fewest = slips;
      best = candidate;
    }
  }
  return best;
}

/** Optimal string alignment: insertions, deletions, substitutions, and exchanges of neighbours. */
function distance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1];
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
