/** What a field is to a server of requests without much to say. */
export const FIELD = {
  OTHER: 0,
  METHOD: 1,
  SCHEME: 2,
  AUTHORITY: 3,
  PATH: 4,
  CONTENT_LENGTH: 5,
  /** Goes with one value only: `trailers` (RFC 9113 §8.2.2). */
  TE: 6,
  /** Must not be in a request: another pseudo-field, a field about the connection, a name that is none (RFC 9113 §8.2). */
  FORBIDDEN: 7,
} as const;

export type FieldKind = (typeof FIELD)[keyof typeof FIELD];

/** A line of a header section (RFC 9110 §5). */
export interface Field {
  readonly name: string;
  /** Octets as the code units of a string. */
  readonly value: string;
  readonly kind: FieldKind;
}

const KINDS: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  [':method', FIELD.METHOD],
  [':scheme', FIELD.SCHEME],
  [':authority', FIELD.AUTHORITY],
  [':path', FIELD.PATH],
  ['content-length', FIELD.CONTENT_LENGTH],
  ['te', FIELD.TE],
  ['connection', FIELD.FORBIDDEN],
  ['proxy-connection', FIELD.FORBIDDEN],
  ['keep-alive', FIELD.FORBIDDEN],
  ['transfer-encoding', FIELD.FORBIDDEN],
  ['upgrade', FIELD.FORBIDDEN],
]);

/** A token (RFC 9110 §5.6.2) without capitals, as HTTP/2 has names (RFC 9113 §8.2.1). */
const NAME = /^[!#$%&'*+\-.^_`|~0-9a-z]+$/;

export function fieldKind(name: string): FieldKind {
  return KINDS.get(name) ?? (NAME.test(name) ? FIELD.OTHER : FIELD.FORBIDDEN);
}

/** The fields that both ends know (RFC 7541 appendix A); the first one has index 1. */
export const STATIC_FIELDS: readonly Field[] = [
  ':authority',
  ':method=GET',
  ':method=POST',
  ':path=/',
  ':path=/index.html',
  ':scheme=http',
  ':scheme=https',
  ':status=200',
  ':status=204',
  ':status=206',
  ':status=304',
  ':status=400',
  ':status=404',
  ':status=500',
  'accept-charset',
  'accept-encoding=gzip, deflate',
  'accept-language',
  'accept-ranges',
  'accept',
  'access-control-allow-origin',
  'age',
  'allow',
  'authorization',
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-length',
  'content-location',
  'content-range',
  'content-type',
  'cookie',
  'date',
  'etag',
  'expect',
  'expires',
  'from',
  'host',
  'if-match',
  'if-modified-since',
  'if-none-match',
  'if-range',
  'if-unmodified-since',
  'last-modified',
  'link',
  'location',
  'max-forwards',
  'proxy-authenticate',
  'proxy-authorization',
  'range',
  'referer',
  'refresh',
  'retry-after',
  'server',
  'set-cookie',
  'strict-transport-security',
  'transfer-encoding',
  'user-agent',
  'vary',
  'via',
  'www-authenticate',
].map((text) => {
  const [name = '', value = ''] = text.split('=');
  return { name, value, kind: fieldKind(name) };
});
