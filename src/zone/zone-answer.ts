import type { ResourceRecord } from '../dns/message.ts';
import type { DomainName } from '../dns/name.ts';
import type { Zone } from './zone.ts';

/** What is asked of a zone. */
export interface ZoneQuestion {
  /** A name in the zone, in lower case: records are handed out under it. */
  readonly name: DomainName;
  readonly type: number;
  /** The client wants the records that prove the answer (RFC 3225). */
  readonly dnssecOk: boolean;
}

/**
 * What a zone says about a name.
 * - `answer`: records, or an alias
 * - `no-data`: the name, or the wildcard that stands for it, has no records of the type
 * - `empty-name`: the name has no records at all, but there are names below it
 * - `no-name`: there is no such name
 * - `referral`: others serve the name
 * - `overlong-name`: the name that a DNAME makes has more than 255 octets (RFC 6672 §2.2)
 * - `loop`: an alias names itself
 */
export type AnswerKind = 'answer' | 'no-data' | 'empty-name' | 'no-name' | 'referral' | 'overlong-name' | 'loop';

export interface ZoneAnswer {
  readonly kind: AnswerKind;
  readonly authoritative: boolean;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
  readonly additionals: readonly ResourceRecord[];
  /** The name of the wildcard that the records were made from. */
  readonly wildcard: DomainName | undefined;
  /** The end of a chain of aliases: what the zone does not know about it, the whole server may. */
  readonly alias: DomainName | undefined;
}

const NONE: readonly ResourceRecord[] = [];

/** An answer of the kind, authoritative and without records unless `parts` say otherwise. */
export function makeAnswer(kind: AnswerKind, parts: Partial<Omit<ZoneAnswer, 'kind'>> = {}): ZoneAnswer {
  return {
    kind,
    authoritative: parts.authoritative ?? true,
    answers: parts.answers ?? NONE,
    authorities: parts.authorities ?? NONE,
    additionals: parts.additionals ?? NONE,
    wildcard: parts.wildcard,
    alias: parts.alias,
  };
}

/** The authority section of answers with records. */
export function nameServersOf(zone: Zone, dnssecOk: boolean): readonly ResourceRecord[] {
  return zone.nameServers?.for(dnssecOk) ?? NONE;
}

/** The authority section of answers without records (RFC 2308 §3). CoreDNS's: the SOA record keeps its own TTL. */
export function startOfAuthority(zone: Zone, dnssecOk: boolean): readonly ResourceRecord[] {
  return zone.soaSet.for(dnssecOk);
}
