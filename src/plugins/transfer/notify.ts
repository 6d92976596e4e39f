import { randomInt } from 'node:crypto';
import { CLASS, OPCODE, RCODE, rcodeName } from '../../dns/codes.ts';
import { decodeMessage } from '../../dns/decode.ts';
import { encodeMessage } from '../../dns/encode.ts';
import { createMessage } from '../../dns/message.ts';
import type { DomainName } from '../../dns/name.ts';
import { TYPE } from '../../dns/types.ts';
import { type Endpoint, endpointText } from '../../transport/endpoint.ts';
import { Connection } from '../../transport/upstream/connection.ts';
import { openDatagramLink } from '../../transport/upstream/datagram-link.ts';

/** CoreDNS's: how often it is sent, and how long each answer is waited for, in milliseconds. */
const TRIES = 3;
const ANSWER_TIMEOUT = 2000;

export interface NotifyOptions {
  readonly zone: DomainName;
  readonly secondary: Endpoint;
  readonly source: string | undefined;
  readonly signal: AbortSignal;
}

/** Tells a secondary that the zone has changed (RFC 1996). Resolves with why it was not accepted, or with undefined. */
export async function notify({ zone, secondary, source, signal }: NotifyOptions): Promise<string | undefined> {
  const question = { name: zone, type: TYPE.SOA, class: CLASS.IN };
  const message = createMessage({ opcode: OPCODE.NOTIFY, authoritative: true, questions: [question] });
  const octets = encodeMessage(message, { compress: false });
  let reason = '';
  for (let i = 0; i < TRIES && !signal.aborted; i++) {
    try {
      const { rcode } = decodeMessage(await exchange(octets, secondary, source, signal));
      if (rcode === RCODE.NOERROR) return undefined;
      reason = `rcode was ${rcodeName(rcode)}`;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
  }
  if (signal.aborted) return undefined;
  const where = endpointText(secondary.address, secondary.port);
  return `notify for zone "${zone.text}" was not accepted by "${where}": ${reason}`;
}

async function exchange(
  octets: Uint8Array,
  { address, port }: Endpoint,
  sourceAddress: string | undefined,
  signal: AbortSignal,
): Promise<Buffer> {
  const connection = new Connection(
    (events) => openDatagramLink({ address, port, sourceAddress, tls: undefined }, events),
    () => randomInt(65_536),
    () => performance.now(),
    () => {},
  );
  const abort = (): void => connection.close();
  signal.addEventListener('abort', abort);
  try {
    return await connection.exchange(octets, ANSWER_TIMEOUT);
  } finally {
    signal.removeEventListener('abort', abort);
    connection.close();
  }
}
