import { Buffer } from 'node:buffer';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';

import { serialize, type Representation } from './content.ts';
import type { JsonObject } from './objects.ts';
import { entityTooLarge, type ApiError } from './status.ts';

// The real server compresses answers that are longer than this.
const GZIP_THRESHOLD = 128 * 1024;
// The real server's limit for the body of a request.
const BODY_LIMIT = 3 * 1024 * 1024;

/** One request and its answer. */
export class Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly encrypted: boolean;
  readonly #warnings: string[] = [];

  constructor(request: IncomingMessage, response: ServerResponse, encrypted: boolean) {
    this.request = request;
    this.response = response;
    this.encrypted = encrypted;
    const [path = '/', query = ''] = (request.url ?? '/').split(/\?(.*)/s);
    this.path = path;
    this.query = new URLSearchParams(query);
  }

  get accept(): string | undefined {
    return this.request.headers.accept;
  }

  get dryRun(): boolean {
    return this.query.getAll('dryRun').includes('All');
  }

  /** Texts that kubectl prints as warnings. */
  warn(texts: readonly string[]): void {
    this.#warnings.push(...texts);
  }

  /** The whole body. Rejects with RequestEntityTooLarge. */
  async body(): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let length = 0;
    for await (const chunk of this.request as AsyncIterable<Buffer>) {
      length += chunk.length;
      if (length > BODY_LIMIT) throw entityTooLarge(BODY_LIMIT);
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }

  sendText(status: number, text: string): void {
    this.#send(status, { 'Content-Type': 'text/plain; charset=utf-8' }, text);
  }

  sendJson(status: number, value: JsonObject, format: Representation['format'] = 'json', contentType?: string): void {
    const { type, text } = serialize(value, format);
    this.#send(status, { 'Content-Type': contentType ?? type }, text);
  }

  /** A Status for what went wrong. */
  sendError(error: ApiError): void {
    const retry = error.details?.retryAfterSeconds;
    const headers = {
      'Content-Type': 'application/json',
      ...(retry === undefined ? {} : { 'Retry-After': String(retry) }),
    };
    this.#send(error.code, headers, JSON.stringify(error.status));
  }

  /** Starts an answer that goes on: a watch. */
  startStream(): void {
    this.response.writeHead(200, this.#headers({ 'Content-Type': 'application/json' }));
    this.response.flushHeaders();
  }

  #send(status: number, headers: Record<string, string>, text: string): void {
    if (this.response.headersSent || this.response.destroyed) return;
    const plain = Buffer.from(text);
    const gzip = plain.length > GZIP_THRESHOLD && /\bgzip\b/.test(this.request.headers['accept-encoding'] ?? '');
    const body = gzip ? gzipSync(plain, { level: 1 }) : plain;
    const encoding = gzip ? { 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding' } : {};
    this.response.writeHead(status, this.#headers({ ...headers, ...encoding, 'Content-Length': String(body.length) }));
    this.response.end(body);
  }

  #headers(headers: Record<string, string>): Record<string, string | string[]> {
    const warnings = this.#warnings.map((text) => `299 - ${JSON.stringify(text)}`);
    return { 'Cache-Control': 'no-cache, private', ...headers, ...(warnings.length > 0 ? { Warning: warnings } : {}) };
  }
}
