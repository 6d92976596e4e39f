import type { Endpoint } from '../endpoint.ts';
import type { StreamAnswer } from '../stream/message-connection.ts';
import type { WireArea } from '../wire-area.ts';

/** Sends octets; nothing else is ever an answer to a datagram. */
export type SendDatagram = (answer: StreamAnswer | null) => void;

/** What a socket does with the datagrams that come. */
export interface DatagramHandler {
  /**
   * Answers at once, from memory: the datagram of `length` octets at `start` of `input`, by at most `room` octets at `at` of `output`. Returns how
   * many there are; 0 for a datagram that is to be given to `answer`. `now`: milliseconds of the monotonic clock.
   */
  readonly recall: (
    input: WireArea,
    start: number,
    length: number,
    isIPv6: boolean,
    output: WireArea,
    at: number,
    room: number,
    now: number,
  ) => number;
  /** Called after a batch in which `recall` answered: what it answered has left, so many milliseconds after it came. */
  readonly recalled: (milliseconds: number) => void;
  /**
   * Answers in any way; `send` sends octets back to where the datagram came from, and may be called once, later, or not at all.
   * `now`: when the datagram came, milliseconds of the monotonic clock.
   */
  readonly answer: (octets: Uint8Array, client: Endpoint, now: number, send: SendDatagram) => void;
}

/** A socket that answers datagrams. */
export interface UdpSocket {
  readonly port: number;
  /** Takes no more datagrams; answers to earlier ones can still be sent. */
  pause(): void;
  /** Closes when the answers that were given have left. */
  close(): Promise<void>;
}

/** Datagrams that were lost on this machine. */
export interface DatagramLosses {
  /** Queries for which there was no room while the process was busy. */
  received(count: number): void;
  /** Answers that the kernel did not take. */
  sent(count: number): void;
}
