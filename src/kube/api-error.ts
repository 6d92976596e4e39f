import { isJsonObject } from './json.ts';

/** What the API server refused: an HTTP status with the Status object that came with it, or an ERROR event. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status code, or the `code` of the Status. */
  readonly status: number;
  /** For programs: `Expired`, `Forbidden`, …; empty when the server gave none. */
  readonly reason: string;
  /** From the header Retry-After or the Status' details; undefined when the server named no time. */
  readonly retryAfterSeconds: number | undefined;
  /** Reasons in `details.causes`, such as `ResourceVersionTooLarge`. */
  readonly causes: readonly string[];

  constructor(status: number, body: unknown, retryAfter?: number) {
    const object = isJsonObject(body) && body['kind'] === 'Status' ? body : {};
    const text = typeof object['message'] === 'string' ? object['message'] : plainText(body);
    super(oneLine(text) || `the server answered with status ${status}`);
    this.status = status;
    this.reason = typeof object['reason'] === 'string' ? object['reason'] : '';
    const details = isJsonObject(object['details']) ? object['details'] : {};
    const seconds = retryAfter ?? details['retryAfterSeconds'];
    this.retryAfterSeconds = typeof seconds === 'number' && seconds >= 0 ? seconds : undefined;
    const causes: readonly unknown[] = Array.isArray(details['causes']) ? details['causes'] : [];
    this.causes = causes.map((cause) => (isJsonObject(cause) ? String(cause['reason']) : ''));
  }

  /** The version or the `continue` token that was asked for is forgotten: list anew. */
  get isExpired(): boolean {
    return this.status === 410 || this.reason === 'Expired' || this.reason === 'Gone';
  }

  /** The version that was asked for is newer than what this server has seen so far. */
  get isTooLargeVersion(): boolean {
    return this.causes.includes('ResourceVersionTooLarge') || this.message.includes('Too large resource version');
  }

  /** Either of these: the newest state has to be asked for. */
  get isOutOfReach(): boolean {
    return this.isExpired || this.isTooLargeVersion;
  }
}

function plainText(body: unknown): string {
  return typeof body === 'string' ? body : '';
}

// Log lines are one line, and a proxy's error page is not worth more than its beginning.
const MAXIMUM_MESSAGE_LENGTH = 1024;

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, MAXIMUM_MESSAGE_LENGTH);
}
