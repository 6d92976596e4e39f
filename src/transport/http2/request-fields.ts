import { FIELD, type Field } from './field.ts';

/** Fields of one request that are looked at; a client that sends more means harm. */
const MAXIMUM_FIELDS = 1000;

/** The header section of one request, as its fields come; and whether it is one (RFC 9113 §8.1.1, §8.3). */
export class RequestFields {
  method = '';
  path = '';
  /** -1 when the client does not say. */
  contentLength = -1;
  #scheme = '';
  #authority: string | undefined;
  #count = 0;
  #regular = false;
  #malformed = false;

  /** Makes ready for another request. */
  clear(): void {
    this.method = '';
    this.path = '';
    this.contentLength = -1;
    this.#scheme = '';
    this.#authority = undefined;
    this.#count = 0;
    this.#regular = false;
    this.#malformed = false;
  }

  add({ kind, value }: Field): void {
    this.#count++;
    if (kind >= FIELD.METHOD && kind <= FIELD.PATH) {
      // Pseudo-fields stand before all others.
      if (this.#regular) this.#malformed = true;
      this.#addPseudo(kind, value);
      return;
    }
    this.#regular = true;
    if (kind === FIELD.CONTENT_LENGTH) {
      const length = /^\d{1,15}$/.test(value) ? Number(value) : -2;
      if (length < 0 || (this.contentLength >= 0 && this.contentLength !== length)) this.#malformed = true;
      this.contentLength = length;
    } else if (kind === FIELD.FORBIDDEN || (kind === FIELD.TE && value !== 'trailers')) {
      this.#malformed = true;
    }
  }

  get isRequest(): boolean {
    return (
      !this.#malformed && this.#count <= MAXIMUM_FIELDS && this.method !== '' && this.path !== '' && this.#scheme !== ''
    );
  }

  /** May the section stand after a body (RFC 9113 §8.1)? */
  get isTrailers(): boolean {
    return !this.#malformed && this.#count <= MAXIMUM_FIELDS && !this.#hasPseudo;
  }

  get #hasPseudo(): boolean {
    return this.method !== '' || this.path !== '' || this.#scheme !== '' || this.#authority !== undefined;
  }

  #addPseudo(kind: number, value: string): void {
    if (kind === FIELD.PATH) {
      if (this.path !== '') this.#malformed = true;
      this.path = value;
    } else if (kind === FIELD.METHOD) {
      if (this.method !== '') this.#malformed = true;
      this.method = value;
    } else if (kind === FIELD.SCHEME) {
      if (this.#scheme !== '') this.#malformed = true;
      this.#scheme = value;
    } else {
      if (this.#authority !== undefined) this.#malformed = true;
      this.#authority = value;
    }
  }
}
