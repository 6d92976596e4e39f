import { isIPv6 } from 'node:net';
import { parseAddress } from '../../dns/addresses.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { A } from '../../dns/records/a.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { SRV } from '../../dns/records/srv.ts';
import { none } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { protocolLabel, type Query } from '../../plugin-api/query.ts';
import { makeReply } from '../../plugin-api/reply.ts';

export const whoami: Plugin = definePlugin({
  name: 'whoami',
  summary: 'Answers with the address, port and transport of the client.',
  reads: 'client',
  repeatable: true,
  parameters: none(),
  options: {},
  setup: () => ({
    handle: (query) => makeReply(query, { authoritative: true, additionals: describeClient(query) }),
  }),
});

/** The client's address at the name asked for, and its port in an SRV record below. */
function describeClient(query: Query): ResourceRecord[] {
  const { client, question } = query;
  const octets = parseAddress(client.address);
  if (octets === undefined) return [];
  const type = isIPv6(client.address) ? AAAA : A;
  const port = SRV.make(
    question.name.prepend(`_${protocolLabel(query.transport)}`),
    0,
    { priority: 0, weight: 0, port: client.port, target: DomainName.root },
    question.class,
  );
  return [type.make(question.name, 0, { address: octets }, question.class), port];
}
