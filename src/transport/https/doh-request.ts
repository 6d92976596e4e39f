import { MAXIMUM_MESSAGE_LENGTH } from '../../dns/message.ts';
import { decodeBase64url } from './base64url.ts';

/** The path that questions are asked at: the one that everybody configures (RFC 8484 §4.1 leaves it to the server). */
const PATH = '/dns-query';
const QUERY = `${PATH}?`;
const COMMON = `${QUERY}dns=`;

/** Characters of a message of the greatest length. */
const MAXIMUM_PARAMETER = Math.ceil((MAXIMUM_MESSAGE_LENGTH * 4) / 3);

/** A request as HTTP has it; without a body where that is longer than any message. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query. */
  readonly target: string;
  readonly body: Uint8Array | undefined;
}

/** The message that a request carries (RFC 8484 §4.1); `elsewhere` when it is for another path, undefined when it carries none. */
export function readDohRequest({ method, target, body }: HttpRequest): Uint8Array | 'elsewhere' | undefined {
  const isQuery = target.startsWith(QUERY);
  if (!isQuery && target !== PATH) return 'elsewhere';
  if (method === 'POST') return body;
  if (method !== 'GET' || !isQuery) return undefined;
  // Whatever is escaped or joined by other parameters takes the longer way.
  if (target.startsWith(COMMON)) {
    const octets = decodeParameter(target, COMMON.length);
    if (octets !== undefined) return octets;
  }
  const [value, ...others] = new URLSearchParams(target.slice(QUERY.length)).getAll('dns');
  return value === undefined || others.length > 0 ? undefined : decodeParameter(value, 0);
}

function decodeParameter(text: string, start: number): Uint8Array | undefined {
  const length = text.length - start;
  return length === 0 || length > MAXIMUM_PARAMETER ? undefined : decodeBase64url(text, start);
}
