import { hostname } from 'node:os';
import { CLASS } from '../../dns/codes.ts';
import { TXT } from '../../dns/records/txt.ts';
import { TYPE } from '../../dns/types.ts';
import { text } from '../../plugin-api/kinds.ts';
import { many } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import { makeReply } from '../../plugin-api/reply.ts';

/** Who has made this, when the Corefile does not say. */
const AUTHORS: readonly string[] = ['the authors of clusterfirst'];

/** The longest character string of a TXT record, in octets (RFC 1035 §3.3). */
const LONGEST_STRING = 255;

export const chaos: Plugin = definePlugin({
  name: 'chaos',
  summary: "Answers questions about the server's version, authors and host, in class CH.",
  reads: 'question',
  repeatable: true,
  parameters: many(text('WORD'), {
    least: 0,
    initial: [],
    summary: 'The version, then the authors; without them those of this product.',
  }),
  options: {},
  setup([{ argument }], context) {
    const [version = `clusterfirst-${context.host.version}`, ...named] = argument;
    const authors = octetStrings(named.length === 0 ? AUTHORS : [...new Set(named)]);
    const host = octetStrings([hostname() || 'localhost']);
    const versions = octetStrings([version]);
    const answers: ReadonlyMap<string, readonly string[]> = new Map([
      ['version.bind.', versions],
      ['version.server.', versions],
      ['hostname.bind.', host],
      ['id.server.', host],
      ['authors.bind.', authors],
    ]);
    return {
      settings: { anyClass: true },
      handle(query, next) {
        const { name, type, class: queryClass } = query.question;
        if (queryClass !== CLASS.CH || type !== TYPE.TXT) return next(query);
        const strings = answers.get(name.canonical);
        if (strings === undefined) return next(query);
        // Nobody is always the first.
        const start = Math.floor(context.random() * strings.length);
        const rotated = [...strings.slice(start), ...strings.slice(0, start)];
        return makeReply(query, {
          answers: rotated.map((string) => TXT.make(name, 0, { strings: [string] }, CLASS.CH)),
        });
      },
    };
  },
});

/** As TXT records hold them: one UTF-16 unit an octet. */
function octetStrings(texts: readonly string[]): readonly string[] {
  return texts.map((given) => Buffer.from(given).subarray(0, LONGEST_STRING).toString('latin1'));
}
