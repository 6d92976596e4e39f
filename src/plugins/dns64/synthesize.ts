import type { ResourceRecord } from '../../dns/message.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { SOA } from '../../dns/records/soa.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeReply, type Reply } from '../../plugin-api/reply.ts';
import { embed, type Prefix } from './prefix.ts';

/** Seconds that a made record may be kept when it is not known how soon real ones may come (RFC 6147 §5.1.7). */
const DEFAULT_TTL = 600;

/**
 * The answer to an AAAA query, made from that to the A query for the same name (RFC 6147 §5.1.6 and 5.1.7). `denial` is what the AAAA
 * query was answered with: no made record may live longer than it.
 */
export function synthesize(query: Query, denial: Reply, found: Reply, prefix: Prefix): Reply {
  const ttls = denial.authorities.filter((record) => SOA.is(record)).map(({ ttl }) => ttl);
  const longest = ttls.length === 0 ? DEFAULT_TTL : Math.min(...ttls);
  const { rcode, truncated, authorities, additionals, edns } = found;
  return makeReply(query, {
    rcode,
    truncated,
    answers: found.answers.map((record) => translate(record, prefix, longest)),
    authorities,
    additionals,
    edns,
  });
}

function translate(record: ResourceRecord, prefix: Prefix, longest: number): ResourceRecord {
  if (!A.is(record)) return record;
  const address = embed(prefix, record.data.address);
  return AAAA.make(record.name, Math.min(record.ttl, longest), { address });
}
