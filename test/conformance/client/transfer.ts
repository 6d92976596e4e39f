import type { QueryVector } from '../case.ts';
import { readReply } from '../wire.ts';

export interface Transfer {
  readonly messages: readonly Buffer[];
  /** The connection ended, or time did, before the closing SOA. */
  readonly incomplete: boolean;
}

/** Reads the messages of a zone transfer (RFC 5936 §2.2, RFC 1995 §4) until its last one. */
export async function readTransfer(query: QueryVector, next: () => Promise<Buffer | undefined>): Promise<Transfer> {
  const messages: Buffer[] = [];
  const answers: string[] = [];
  for (;;) {
    const message = await next();
    if (message === undefined) return { messages, incomplete: answers.length > 0 };
    messages.push(message);
    const reply = readReply(message);
    answers.push(...(reply.answer ?? []));
    if (reply.rcode !== 'NOERROR' || answers.length === 0 || isComplete(query, answers)) {
      return { messages, incomplete: false };
    }
  }
}

function isComplete(query: QueryVector, answers: readonly string[]): boolean {
  const [first, last] = [soaSerial(answers[0]), soaSerial(answers.at(-1))];
  if (first === undefined || first !== last) return false;
  if (answers.length > 1) return true;
  // A lone SOA answers an IXFR of a client that has this version already.
  return query.type === 'IXFR' && soaSerial(query.authority?.[0]) === first;
}

function soaSerial(record: string | undefined): string | undefined {
  const words = record?.split(' ') ?? [];
  return words[3] === 'SOA' ? words[6] : undefined;
}
