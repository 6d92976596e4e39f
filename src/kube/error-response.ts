import type { IncomingHttpHeaders } from 'node:http';
import { ApiError } from './api-error.ts';
import { PROTOBUF } from './media-types.ts';
import { readStatusBody } from './protobuf-envelope.ts';
import type { ResponseBody } from './response-body.ts';

// An error's body is a Status object of a few hundred bytes, or some proxy's page of which only the beginning is told.
const MAXIMUM_ERROR_BODY = 64 * 1024;

/** Reads the body of an answer with an error status; `now` is in milliseconds since 1970. */
export async function readErrorResponse(
  status: number,
  headers: IncomingHttpHeaders,
  body: ResponseBody,
  now: number,
): Promise<ApiError> {
  const parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.length;
    if (size > MAXIMUM_ERROR_BODY) break;
    parts.push(chunk);
  }
  const whole = Buffer.concat(parts);
  const value = body.mediaType === PROTOBUF ? readStatusBody(whole) : parseJson(whole.toString('utf8'));
  return new ApiError(status, value, retryAfterSeconds(headers['retry-after'], now));
}

/** The value of a JSON text, or the text itself: proxies and absent groups answer in plain text. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** RFC 9110 §10.2.3: a number of seconds or a date. */
function retryAfterSeconds(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header);
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - now) / 1000);
}
