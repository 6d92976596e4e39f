import { HEADER_LENGTH } from '../../dns/message.ts';
import { WireError } from '../../dns/reader.ts';
import { WireMessage } from '../../dns/wire-message.ts';

/** Where the numbers of answer, authority and additional records stand, and the octet of the TC bit (RFC 1035 §4.1.1). */
const RECORD_COUNTS = 6;
const FLAGS = 2;
const TRUNCATED = 0x02;

/** A message that came by a stream. Throws an Error for what is no message. */
export function readReply(octets: Uint8Array): WireMessage {
  try {
    return WireMessage.read(octets);
  } catch (error) {
    if (error instanceof WireError) throw new Error(`dns: ${error.message}`, { cause: error });
    throw error;
  }
}

/**
 * A message that came by UDP, for somebody who takes at most `limit` octets. One that is longer, or was cut on its way, becomes a reply
 * without records and with TC set, so that the client comes again by TCP. Throws an Error for what is no message.
 */
export function readDatagram(octets: Uint8Array, limit: number): WireMessage {
  if (octets.length > limit) return readReply(withoutRecords(octets));
  try {
    return WireMessage.read(octets);
  } catch (error) {
    if (error instanceof WireError && error.code === 'CUT') return readReply(withoutRecords(octets));
    if (error instanceof WireError) throw new Error(`dns: ${error.message}`, { cause: error });
    throw error;
  }
}

/** Header and question of a message; the records that follow no longer belong to it. */
function withoutRecords(octets: Uint8Array): Uint8Array {
  const copy = Uint8Array.from(octets);
  copy.fill(0, RECORD_COUNTS, HEADER_LENGTH);
  copy[FLAGS] = (copy[FLAGS] ?? 0) | TRUNCATED;
  return copy;
}
