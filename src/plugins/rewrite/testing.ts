import { RCODE, rcodeName } from '../../dns/codes.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { parseRecord, printRecord } from '../../dns/presentation.ts';
import { CNAME } from '../../dns/records/cname.ts';
import { MX } from '../../dns/records/mx.ts';
import { SRV } from '../../dns/records/srv.ts';
import { TYPE } from '../../dns/types.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Reply } from '../../plugin-api/reply.ts';

/** A plugin for the names below `origin`, whose records are `lines` besides an SOA and an NS record; others are REFUSED without a message. */
export function zonePlugin(origin: string, lines: readonly string[]): (query: Query) => Reply {
  const apex = DomainName.parse(origin);
  const soa = parseRecord(`${origin} 60 SOA ns.${origin} h.${origin} 1 2 3 4 5`);
  const ns = parseRecord(`${origin} 60 NS ns.${origin}`);
  const records = [soa, ns, parseRecord(`ns.${origin} 60 A 10.0.0.53`), ...lines.map((line) => parseRecord(line))];
  const at = (name: DomainName): readonly ResourceRecord[] => records.filter((record) => record.name.equals(name));
  return (query) => {
    const { name, type } = query.question;
    if (!name.isWithin(apex)) return makeFailure(query, RCODE.REFUSED, new Error('not mine'));
    const answers: ResourceRecord[] = [];
    for (let found = at(name); ;) {
      const alias = type === TYPE.CNAME ? undefined : found.find((record) => CNAME.is(record));
      if (alias === undefined) {
        answers.push(...found.filter((record) => record.type === type));
        break;
      }
      answers.push(alias);
      found = CNAME.is(alias) ? at(alias.data.target) : [];
    }
    const targets = answers.flatMap((record) =>
      SRV.is(record) ? record.data.target : MX.is(record) ? record.data.exchange : [],
    );
    return makeReply(query, {
      rcode: at(name).length === 0 ? RCODE.NXDOMAIN : RCODE.NOERROR,
      authoritative: true,
      answers,
      authorities: answers.length === 0 ? [soa] : [ns],
      additionals: targets.flatMap((target) => at(target)),
    });
  };
}

/** The rcode unless it is NOERROR, the question unless it is that of `asked`, then the records of all sections. */
export function describeReply(reply: Reply | null, asked: string): readonly string[] {
  if (reply === null) return ['nothing'];
  const { rcode, question, answers, authorities, additionals } = reply;
  return [
    ...(rcode === RCODE.NOERROR ? [] : [rcodeName(rcode)]),
    ...(question.name.text === DomainName.parse(asked).text ? [] : [`? ${question.name.text}`]),
    ...[...answers, ...authorities, ...additionals].map((record) => printRecord(record)),
  ];
}
