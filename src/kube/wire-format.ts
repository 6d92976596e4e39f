import type { ApiError } from './api-error.ts';
import type { DecodedObject, IsStored, SharedValues } from './decoded-object.ts';
import type { ResourceKind } from './resources.ts';

/** What a list says besides its objects. */
export interface ListMeta {
  readonly resourceVersion: string;
  /** The token for the next page; empty on the last one. */
  readonly continueToken: string;
}

/** One message of a watch. */
export type WatchEvent =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly item: DecodedObject }
  /** `endsInitialEvents`: everything that a streamed list had to send has been sent. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly endsInitialEvents: boolean }
  | { readonly type: 'ERROR'; readonly error: ApiError }
  /** A kind of event that is not known; `name` is what the server calls it. */
  | { readonly type: 'UNKNOWN'; readonly name: string };

/*
 * Readers take in the body of an answer piece by piece, and decode object by object while somebody iterates, so that
 * one object can be forgotten before the next is made. An iteration has to come to its end before the next `push`.
 * Methods throw WireError when the bytes are not what they should be.
 */

export interface ListReader {
  /** The objects that are complete with this chunk. */
  push(chunk: Uint8Array): Generator<DecodedObject, void>;
  /** After the last chunk. */
  end(): ListMeta;
}

export interface WatchReader {
  /** The events that are complete with this chunk. */
  push(chunk: Uint8Array): Generator<WatchEvent, void>;
}

/** How objects look on the wire. */
export interface WireFormat {
  listReader(kind: ResourceKind, shared: SharedValues, isStored: IsStored): ListReader;
  watchReader(kind: ResourceKind, shared: SharedValues, isStored: IsStored): WatchReader;
}
