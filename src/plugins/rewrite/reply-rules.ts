import type { Line, Token } from '../../corefile/tree.ts';
import { parseRcode } from '../../dns/codes.ts';
import { withTtl } from '../../dns/message.ts';
import { Complaint, countArguments, type Kind, readToken, type Report } from '../../plugin-api/options.ts';
import type { Reads } from '../../plugin-api/plugin.ts';
import { changeReply } from '../../plugin-api/reply.ts';
import { MATCH_USAGE, type NameTest, readNameTest } from './name-match.ts';
import { mapRecords } from './reply-names.ts';
import type { Field, ReplyChange, Rule } from './rule.ts';

/** The longest TTL (RFC 2181 §8): what a range without an end ends at. */
const LONGEST_TTL = 2 ** 31 - 1;
/** What fits in the field; CoreDNS takes it where it is written out. */
const GREATEST_TTL = 2 ** 32 - 1;
/** The last rcode that the DNS has (RFC 7873 §8). */
const LAST_RCODE = 23;

interface TtlRange {
  readonly least: number;
  readonly most: number;
}

const ttlRange: Kind<TtlRange> = {
  word: 'TTL|MIN-MAX|MIN-|-MAX',
  read(text) {
    const parts = /^(\d*)(-?)(\d*)$/.exec(text);
    const [, first = '', dash = '', second = ''] = parts ?? [];
    const least = first === '' ? 0 : Number(first);
    const most = dash === '' ? least : second === '' ? LONGEST_TTL : Number(second);
    if (first + second === '' || least > most || most > GREATEST_TTL) {
      return new Complaint(`invalid TTL "${text}"`, 'write seconds as 30, 30-300, 30- or -300');
    }
    return { least, most };
  },
};

/** The TTLs of the reply within bounds. */
export const ttlField: Field = replyField({
  usage: `${MATCH_USAGE} NAME ${ttlRange.word}`,
  count: 1,
  // Answers that the server remembers count their TTLs down, past the least one.
  reads: 'everything',
  readChange([range], report) {
    const ttl = readToken(ttlRange, range, report);
    if (ttl === undefined) return undefined;
    const { least, most } = ttl;
    return mapRecords((record) => {
      const kept = Math.min(Math.max(record.ttl, least), most);
      return kept === record.ttl ? record : withTtl(record, kept);
    });
  },
});

const rcode: Kind<number> = {
  word: 'RCODE',
  read(text) {
    const code = /^\d+$/.test(text) ? Number(text) : parseRcode(text);
    if (code !== undefined && code <= LAST_RCODE) return code;
    return new Complaint(`invalid rcode "${text}"`, `write one as NXDOMAIN, or a number up to ${LAST_RCODE}`);
  },
};

/** One rcode in place of another. */
export const rcodeField: Field = replyField({
  usage: `${MATCH_USAGE} NAME OLD NEW`,
  count: 2,
  reads: 'question',
  readChange([oldToken, newToken], report) {
    const old = readToken(rcode, oldToken, report);
    const replacement = readToken(rcode, newToken, report);
    if (old === undefined || replacement === undefined) return undefined;
    return (reply) => (reply.rcode === old ? changeReply(reply, { rcode: replacement }) : reply);
  },
});

/** A field `[MATCH] NAME ARGUMENT...` that leaves the query as it is. */
function replyField(field: {
  readonly usage: string;
  /** How many arguments there are. */
  readonly count: number;
  readonly reads: Reads;
  readonly readChange: (words: readonly Token[], report: Report) => ReplyChange | undefined;
}): Field {
  const { usage, count, reads, readChange } = field;
  return {
    usage,
    read(line, report) {
      if (!countArguments(line, count + 1, count + 2, usage, report)) return undefined;
      const { test, rest } = readTest(line, count, report);
      const change = readChange(rest, report);
      return test === undefined || change === undefined ? undefined : replyRule(test, [change], reads);
    },
  };
}

/** The name test of `[MATCH] NAME ARGUMENT...`, and the `count` arguments. */
function readTest(
  line: Line,
  count: number,
  report: Report,
): { readonly test: NameTest | undefined; readonly rest: readonly Token[] } {
  const words = line.arguments;
  const [kind] = words.length > count + 1 ? words : [];
  const [from, ...rest] = kind === undefined ? words : words.slice(1);
  return { test: from === undefined ? undefined : readNameTest(kind, from, report), rest };
}

function replyRule(test: NameTest, changes: readonly ReplyChange[], reads: Reads): Rule {
  return {
    reads,
    apply: (query) => (test(query.question.name.canonical) ? { query, matched: true, changes } : undefined),
  };
}
