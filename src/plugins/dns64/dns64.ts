import { CLASS, RCODE } from '../../dns/codes.ts';
import { AAAA } from '../../dns/records/aaaa.ts';
import { TYPE } from '../../dns/types.ts';
import { whenThere } from '../../plugin-api/later.ts';
import { flag, one, optional, type Report } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { addressFamily, type Query } from '../../plugin-api/query.ts';
import { makeFailure, mapReply, type Outcome, type Reply } from '../../plugin-api/reply.ts';
import type { Stanza } from '../../plugin-api/stanza.ts';
import { type Prefix, translationPrefix, WELL_KNOWN_PREFIX } from './prefix.ts';
import { synthesize } from './synthesize.ts';

export const dns64: Plugin = definePlugin({
  name: 'dns64',
  summary: 'Makes AAAA records from A records, for clients that have IPv6 alone (RFC 6147).',
  reads: 'question',
  repeatable: true,
  parameters: optional(translationPrefix, {
    bare: undefined,
    initial: undefined,
    summary: 'What stands before the IPv4 address; 64:ff9b::/96 unless given.',
  }),
  options: {
    prefix: one(translationPrefix, { initial: undefined, summary: 'The same as the argument.' }),
    translate_all: flag({ summary: 'Makes records for names that have AAAA records, too.' }),
    allow_ipv4: flag({ summary: 'Makes records for clients that come by IPv4, too.' }),
  },
  setup(stanzas, { metrics, report }) {
    const effective = stanzas.filter((stanza) => hasBlockInEffect(stanza, report));
    const prefix = stanzas.reduce<Prefix>(
      (last, stanza) => stanza.argument ?? (effective.includes(stanza) ? stanza.options.prefix : undefined) ?? last,
      WELL_KNOWN_PREFIX,
    );
    const translateAll = effective.some(({ options }) => options.translate_all);
    const allowIpv4 = effective.some(({ options }) => options.allow_ipv4);
    const translated = metrics.counter({
      name: 'coredns_dns64_requests_translated_total',
      help: 'Counter of DNS requests translated by dns64.',
      labels: ['server'],
    });

    const translate = (query: Query, reply: Reply): Outcome => {
      // In lower case, as CoreDNS asks.
      const name = query.question.name.toLowerCase();
      const outcome = query.resolve(query, { name, type: TYPE.A, class: CLASS.IN });
      const finish = (found: Reply | null): Reply => {
        if (found === null) {
          return makeFailure(query, RCODE.SERVFAIL, new Error(`no answer about the addresses of ${name.text}`));
        }
        translated.increment(query.server);
        return synthesize(query, reply, found, prefix);
      };
      return whenThere(outcome, finish);
    };

    return {
      handle(query, next) {
        const { type, class: queryClass } = query.question;
        if (type !== TYPE.AAAA || queryClass !== CLASS.IN) return next(query);
        if (!allowIpv4 && addressFamily(query.client) === 1) return next(query);
        return mapReply(next(query), (reply) =>
          isTranslatable(reply, translateAll) ? translate(query, reply) : reply,
        );
      },
    };
  },
});

/** Are A records to be asked for? Not for names that do not exist (RFC 6147 §5.1.2). */
function isTranslatable({ unwritten, rcode, answers }: Reply, translateAll: boolean): boolean {
  if (unwritten || rcode === RCODE.NXDOMAIN) return false;
  return translateAll || !answers.some((record) => AAAA.is(record));
}

/** With a prefix on the line of the directive CoreDNS does not read the block. */
function hasBlockInEffect({ line, argument }: Stanza<Prefix | undefined>, report: Report): boolean {
  if (argument === undefined) return true;
  const [first] = line.block ?? [];
  if (first !== undefined) {
    report({
      severity: 'warning',
      code: 'option/ignored',
      message: 'the block of dns64 has no effect: a prefix stands before it',
      place: first.name.place,
      hint: 'move the prefix into the block: prefix PREFIX',
    });
  }
  return false;
}
