import { setFlagsFromString } from 'node:v8';

// Percent of what is alive after a collection. V8 waits for up to 300, which makes of 30 MB a heap of 120; its collections are concurrent and short enough
// that twice as many of them do not show in the time of a query.
const GROWTH = 100;

/** Limits what the heap's old generation may grow by until it is collected again. */
export function limitHeapGrowth(): void {
  setFlagsFromString(`--heap-growing-percent=${GROWTH}`);
}
