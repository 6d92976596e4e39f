import type { Query } from '../../plugin-api/query.ts';
import { copiedFlags, makeReply, type Reply } from '../../plugin-api/reply.ts';
import type { Validity } from '../../plugin-api/validity.ts';
import { WireReply } from '../../plugin-api/wire-reply.ts';
import type { SpelledZone } from './zones.ts';

/** A reply without answers, with the SOA of the zone. `serial`: its present one. */
export function deny(
  query: Query,
  zone: SpelledZone,
  serial: number,
  rcode: number,
  validity: Validity | undefined,
): Reply {
  // Two of three queries of a pod are for names that do not exist. Another spelling of the zone is for this client alone, and not worth a template.
  const { question } = query;
  const denial = zone.isPlain
    ? WireReply.of(zone.denials(serial).message(question, rcode), { question, ...copiedFlags(query), validity })
    : undefined;
  return denial ?? makeReply(query, { rcode, authoritative: true, authorities: [zone.soa(serial)], validity });
}
