import { isIPv6 } from 'node:net';
import { parseAddress } from '../../dns/addresses.ts';
import type { ResourceRecord } from '../../dns/message.ts';
import { DomainName, MAXIMUM_NAME_LENGTH } from '../../dns/name.ts';
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
  const address = type.make(question.name, 0, { address: octets }, question.class);
  // Below the longest names there is no other one.
  if (question.name.wire.length + PROTOCOL_LABEL_LENGTH > MAXIMUM_NAME_LENGTH) return [address];
  const service = { priority: 0, weight: 0, port: client.port, target: DomainName.root };
  const owner = question.name.prepend(`_${protocolLabel(query.transport)}`);
  return [address, SRV.make(owner, 0, service, question.class)];
}

/** `_udp` or `_tcp` on the wire, with its length octet. */
const PROTOCOL_LABEL_LENGTH = 5;
