import { CLASS } from '../../src/dns/codes.ts';
import { decodeMessage } from '../../src/dns/decode.ts';
import { encodeMessage } from '../../src/dns/encode.ts';
import { createEdns, createMessage, type Message } from '../../src/dns/message.ts';
import { DomainName } from '../../src/dns/name.ts';
import { TYPE } from '../../src/dns/types.ts';
import type { MicroCase } from './time.ts';

const HEADLESS_ENDPOINTS = 50;

/** Messages as a cluster's clients and servers send them, read and written. */
export function codecCases(): MicroCase[] {
  const name = DomainName.parse('backend-1.team-1.svc.cluster.local');
  const question = { name, type: TYPE.A, class: CLASS.IN };
  const query = createMessage({ id: 4711, recursionDesired: true, questions: [question] });
  const answer = (count: number): Message =>
    createMessage({
      ...query,
      response: true,
      authoritative: true,
      answers: Array.from({ length: count }, (_, i) => ({
        name,
        type: TYPE.A,
        class: CLASS.IN,
        ttl: 30,
        data: { address: Uint8Array.of(10, 96, 1, i) },
      })),
    });
  const messages: Readonly<Record<string, Message>> = {
    query,
    'query with EDNS': { ...query, edns: createEdns(1232) },
    'answer of 1': answer(1),
    'answer of 50': answer(HEADLESS_ENDPOINTS),
  };
  const buffer = new Uint8Array(4096);
  return Object.entries(messages).flatMap(([label, message]) => {
    const octets = encodeMessage(message, { compress: true }).slice();
    return [
      { name: `decode ${label}`, run: () => decodeMessage(octets) },
      { name: `encode ${label}`, run: () => encodeMessage(message, { compress: true, buffer }) },
    ];
  });
}
