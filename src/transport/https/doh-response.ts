import { freshness } from './freshness.ts';

/** A response as HTTP has it. */
export interface DohResponse {
  readonly status: 200 | 400 | 404 | 500;
  readonly body: Uint8Array;
  /** Seconds for which it may be kept; undefined for what is no answer. */
  readonly maximumAge: number | undefined;
}

/** What comes of a message: an answer, none, or that it is no query. */
export type DohAnswer = Uint8Array | null | 'refused';

export const MESSAGE_TYPE = 'application/dns-message';
export const TEXT_TYPE = 'text/plain; charset=utf-8';

export const notFound: DohResponse = textResponse(404, '\n');
export const invalidRequest: DohResponse = textResponse(400, 'invalid request\n');
const noResponse: DohResponse = textResponse(500, 'No response\n');

export function responseTo(answer: DohAnswer): DohResponse {
  if (answer === null) return noResponse;
  if (answer === 'refused') return invalidRequest;
  return { status: 200, body: answer, maximumAge: freshness(answer, Math.floor(Date.now() / 1000)) };
}

function textResponse(status: 400 | 404 | 500, text: string): DohResponse {
  return { status, body: Buffer.from(text), maximumAge: undefined };
}
