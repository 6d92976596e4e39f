/** From the server's cache: any version will do, because the watch then brings what is missing. */
export const ANY_VERSION = '0';
/** The newest that etcd has: never too old and never too new. */
export const LATEST_VERSION = '';

// Page size of CoreDNS's client library.
const PAGE_LIMIT = '500';
// The server ends a watch after 5 to 10 minutes, so that watches spread over all API servers again.
const MINIMUM_WATCH_SECONDS = 300;
const MAXIMUM_WATCH_SECONDS = 600;

/** Parameters of a request. */
export type Query = Readonly<Record<string, string>>;

/** The first page of a list that is at least as new as `resourceVersion`. */
export function firstPage(resourceVersion: string): Query {
  if (resourceVersion === ANY_VERSION || resourceVersion === LATEST_VERSION) {
    return { resourceVersion, limit: PAGE_LIMIT };
  }
  // Without a limit it comes from the server's cache, with one it may come from etcd. Without a word on how versions
  // match it would have to be exactly that version.
  return { resourceVersion, resourceVersionMatch: 'NotOlderThan' };
}

export function nextPage(continueToken: string): Query {
  return { continue: continueToken, limit: PAGE_LIMIT };
}

/** The newest state in one piece: there is no token for a next page that could expire. */
export const LATEST_IN_ONE_PAGE: Query = { resourceVersion: LATEST_VERSION };

/** What comes after `resourceVersion`. `random`: 0 ≤ x < 1 */
export function watchFrom(resourceVersion: string, random: number): Query {
  return { resourceVersion, allowWatchBookmarks: 'true', timeoutSeconds: watchSeconds(random) };
}

/** A watch that begins with everything there is, at least as new as `resourceVersion`. `random` as above. */
export function streamedList(resourceVersion: string, random: number): Query {
  return {
    resourceVersion,
    resourceVersionMatch: 'NotOlderThan',
    sendInitialEvents: 'true',
    allowWatchBookmarks: 'true',
    timeoutSeconds: watchSeconds(random),
  };
}

function watchSeconds(random: number): string {
  return String(Math.floor(MINIMUM_WATCH_SECONDS + random * (MAXIMUM_WATCH_SECONDS - MINIMUM_WATCH_SECONDS)));
}
