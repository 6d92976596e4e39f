import type { ListenOptions } from '../../transport/listen-options.ts';

/** What a mouth is started with. */
export interface MouthStart {
  readonly listen: ListenOptions;
  /** Of Generations, in shared memory. */
  readonly counters: Int32Array;
  /** When this process's monotonic clock is 0 for the brain, in milliseconds of the system's: every thread has an origin of its own. */
  readonly clockOrigin: number;
  readonly configuration: MouthConfiguration;
  /** Of NotePages. */
  readonly notes: SharedArrayBuffer;
}

/** Under which configuration it answers. */
export interface MouthConfiguration {
  /** Counts up with each one. */
  readonly number: number;
  /** Octets for answers; 0: remember none. */
  readonly memory: number;
}

/** Queries that a mouth cannot answer from memory; lists run in parallel, the messages stand in `octets` one after the other. */
export interface Questions {
  readonly ids: readonly number[];
  readonly addresses: readonly string[];
  readonly ports: readonly number[];
  readonly lengths: readonly number[];
  readonly octets: Uint8Array<ArrayBuffer>;
}

/** From a mouth to the brain. */
export type FromMouth =
  | { readonly kind: 'open'; readonly descriptors: readonly number[] }
  /** `code`: of the system's error, if it is one. */
  | { readonly kind: 'refused'; readonly code: string; readonly reason: string }
  | { readonly kind: 'questions'; readonly questions: Questions }
  | {
      readonly kind: 'notes';
      /** The configuration whose recorders they are for. */
      readonly configuration: number;
      /** So many words of a page of NotePages; or a copy, where no page was free. */
      readonly notes: { readonly page: number; readonly length: number } | Int32Array<ArrayBuffer>;
    }
  | { readonly kind: 'lost'; readonly received: number; readonly sent: number }
  /** The configuration with that number is the one it answers under. */
  | { readonly kind: 'configured'; readonly configuration: number }
  /** It takes no more datagrams, and all questions have been posted. */
  | { readonly kind: 'paused' }
  /** Everything has left, and the socket is closed. The last message. */
  | { readonly kind: 'closed' };

/** From the brain to a mouth. */
export type ToMouth =
  | {
      readonly kind: 'answers';
      readonly ids: readonly number[];
      /** Octets of each answer; 0: there is none. */
      readonly lengths: readonly number[];
      readonly octets: Uint8Array<ArrayBuffer>;
      /** Answers to remember, one after the other; each says how long it is. */
      readonly images: Int32Array<ArrayBuffer>;
      /** The configuration that they are from. */
      readonly configuration: number;
    }
  | ({ readonly kind: 'configure' } & { readonly configuration: MouthConfiguration })
  | { readonly kind: 'pause' }
  /** Close when everything has been answered; go on until then if not paused. */
  | { readonly kind: 'close' };
