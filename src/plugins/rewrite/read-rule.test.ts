import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { rewrite } from './rewrite.ts';

/** Severity, place and message of every problem. */
function problemsOf(directives: string): readonly string[] {
  return setUp(rewrite, directives).problems.map((problem) => `${problem.severity} ${describeProblem(problem)}`);
}

test.each([
  'rewrite name a.test b.test',
  'rewrite NAME Exact a.test b.test',
  'rewrite stop name suffix a b answer auto auto',
  'rewrite CONTINUE name regex (.*)a {1}b answer name b a value c d answer value e f',
  'rewrite name regex a b answer auto value x y',
  'rewrite name exact *.a.test b.test',
  'rewrite name suffix .a *.b',
  'rewrite name prefix a. b answer auto',
  'rewrite type a AAAA',
  'rewrite type TYPE65280 A',
  'rewrite class CH in',
  'rewrite ttl a.test 30',
  'rewrite ttl exact a.test 0',
  'rewrite ttl a.test -30',
  'rewrite ttl a.test 30-',
  'rewrite ttl a.test 30-4294967295',
  'rewrite rcode regex a 2 0',
  'rewrite rcode a.test NXDOMAIN noerror',
  'rewrite rcode a.test 16 BADSIG',
  'rewrite cname a.test b.test',
  'rewrite cname REGEX (.*) {1}.b',
  'rewrite edns0 local set 0xffee abcd',
  'rewrite edns0 local set 010 ""',
  'rewrite edns0 local set 0b11 0x',
  'rewrite edns0 local replace 0o17 {qname} revert',
  'rewrite edns0 local unset 0xffee',
  'rewrite edns0 nsid append revert',
  'rewrite edns0 nsid unset',
  'rewrite edns0 subnet set 0x18 128 revert',
  'rewrite edns0 subnet unset',
  'rewrite {\nname regex (.*)a {1}b\nanswer name b a\n}',
  'rewrite continue {\nttl regex\n(.*) 15\n}',
])('%j is a rule', (directives) => {
  expect(problemsOf(directives)).toEqual([]);
});

const FIELDS = 'name, type, class, ttl, rcode, cname, edns0';
const NAME = 'name [exact|prefix|suffix|substring|regex] FROM TO [answer auto] [answer name|value FROM TO]...';
const ANSWER = 'write: [answer auto] [answer name|value FROM TO]...';
const KINDS = 'exact, prefix, suffix, substring, regex';
const KIND = 'exact|prefix|suffix|substring|regex';

test.each<[directives: string, ...problems: string[]]>([
  // The rule itself.
  ['rewrite', `2:1: no rule is given (write: rewrite [continue|stop] FIELD ARGUMENT..., with a FIELD of ${FIELDS})`],
  [
    'rewrite {\n}',
    `2:1: no rule is given (write: rewrite [continue|stop] FIELD ARGUMENT..., with a FIELD of ${FIELDS})`,
  ],
  [
    'rewrite Stop',
    `2:9: "stop" must be followed by a rule (write: rewrite [continue|stop] FIELD ARGUMENT..., with a FIELD of ${FIELDS})`,
  ],
  ['rewrite bogus a b', `2:9: invalid rule type "bogus" (write one of: ${FIELDS})`],
  ['rewrite stop nam a b', '2:14: invalid rule type "nam" (did you mean "name"?)'],
  [
    'rewrite answer name a b',
    '2:9: "answer" must follow a name rule (write: name FROM TO first, in the same pair of braces)',
  ],
  [
    'rewrite name a b {\n}',
    '2:18: a rule stands either on the line of rewrite or in its braces (put all of the rule in one pair of braces, or write it without)',
  ],
  [
    'rewrite stop {\nname a b {\n}\n}',
    '3:10: a rule stands either on the line of rewrite or in its braces (put all of the rule in one pair of braces, or write it without)',
  ],
  // Names.
  ['rewrite name a', `2:14: "name" needs 2 arguments, not 1 (write: ${NAME})`],
  ['rewrite name bogus a b', `2:14: "bogus" is not one of ${KINDS} (write one of: ${KINDS})`],
  ['rewrite name sufix a b', `2:14: "sufix" is not one of ${KINDS} (did you mean "suffix"?)`],
  ['rewrite name a.test b..test', '2:21: "b..test" is not a domain name'],
  [
    'rewrite name a.test *.b.test',
    '2:21: "*.b.test" cannot be the new name (to rename all names of a domain use suffix)',
  ],
  [
    'rewrite name regex ( b',
    '2:20: "(" is not a regular expression: a ")" is missing for "(" (see https://golang.org/s/re2syntax)',
  ],
  ['rewrite name regex a {0}', '2:22: 1 groups are used, but a has 0 (put parentheses around what is to be kept)'],
  ['rewrite name regex (a)(b) {1}{2}{0}', '2:27: 3 groups are used, but (a)(b) has 2 (use {1} to {2})'],
  [
    `rewrite name regex ${'a'.repeat(10_001)} b`,
    '2:20: the regular expression has more than 10000 characters (split it into several shorter ones)',
  ],
  // Answers.
  ['rewrite name suffix a b c', '2:25: "c" is one too many (only "answer …" may follow)'],
  ['rewrite name suffix a b answer', `2:25: "answer" needs to know what of the answer to change (${ANSWER})`],
  [
    'rewrite name exact a b answer auto answer',
    `2:36: "answer" needs to know what of the answer to change (${ANSWER})`,
  ],
  [
    'rewrite name suffix a b answer foo x y',
    '2:32: "foo" is not one of auto, name, value (write one of: auto, name, value)',
  ],
  ['rewrite name suffix a b answer name x', `2:32: "answer name" needs 2 arguments (${ANSWER})`],
  [
    'rewrite name suffix a b answer value ( y',
    '2:38: "(" is not a regular expression: a ")" is missing for "(" (see https://golang.org/s/re2syntax)',
  ],
  [
    'rewrite name suffix a b answer name x {1}',
    '2:39: 1 groups are used, but x has 0 (put parentheses around what is to be kept)',
  ],
  [
    'rewrite name suffix a b answer name x y answer auto',
    '2:32: "answer auto" changes the names already (keep one of them; "answer value" goes with both)',
  ],
  // Types and classes.
  ['rewrite type A', '2:14: "type" needs 2 arguments, not 1 (write: type FROM TO)'],
  ['rewrite type A AAAA MX', '2:21: "type" takes 2 arguments, "MX" is one too many (write: type FROM TO)'],
  ['rewrite type A BOGUS', '2:16: invalid type "BOGUS" (write a type as A, AAAA, MX or TYPE65)'],
  ['rewrite class XX IN', '2:15: invalid class "XX" (write a class as IN, CH or CLASS5)'],
  // TTLs and response codes.
  ['rewrite ttl a.test', `2:13: "ttl" needs 2 arguments, not 1 (write: ttl [${KIND}] NAME TTL|MIN-MAX|MIN-|-MAX)`],
  ...['abc', '-', '+5', '-1-5', '60-30', '4294967296', '3000000000-', ''].map((ttl): [string, string] => [
    `rewrite ttl a.test "${ttl}"`,
    `2:20: invalid TTL "${ttl}" (write seconds as 30, 30-300, 30- or -300)`,
  ]),
  ['rewrite ttl bogus a.test 10', `2:13: "bogus" is not one of ${KINDS} (write one of: ${KINDS})`],
  [
    'rewrite ttl regex ( 10',
    '2:19: "(" is not a regular expression: a ")" is missing for "(" (see https://golang.org/s/re2syntax)',
  ],
  [
    'rewrite ttl exact a 5 6',
    `2:23: "ttl" takes 3 arguments, "6" is one too many (write: ttl [${KIND}] NAME TTL|MIN-MAX|MIN-|-MAX)`,
  ],
  ['rewrite rcode a 1', `2:17: "rcode" needs 3 arguments, not 2 (write: rcode [${KIND}] NAME OLD NEW)`],
  ['rewrite rcode a WAT 1', '2:17: invalid rcode "WAT" (write one as NXDOMAIN, or a number up to 23)'],
  ['rewrite rcode a 23 24', '2:20: invalid rcode "24" (write one as NXDOMAIN, or a number up to 23)'],
  ['rewrite rcode a -1 1', '2:17: invalid rcode "-1" (write one as NXDOMAIN, or a number up to 23)'],
  // Aliases.
  ['rewrite cname a', `2:15: "cname" needs 2 arguments, not 1 (write: cname [${KIND}] FROM TO)`],
  ['rewrite cname bogus a b', `2:15: "bogus" is not one of ${KINDS} (write one of: ${KINDS})`],
  [
    'rewrite cname exact a b c',
    `2:25: "cname" takes 3 arguments, "c" is one too many (write: cname [${KIND}] FROM TO)`,
  ],
  // EDNS options.
  ['rewrite edns0 local', '2:15: "edns0" needs 2 arguments, not 1 (write: edns0 TYPE ACTION ARGUMENT... [revert])'],
  [
    'rewrite edns0 bogus set x y',
    '2:15: "bogus" is not one of local, nsid, subnet (write one of: local, nsid, subnet)',
  ],
  [
    'rewrite edns0 nsid revert',
    '2:20: "revert" is not one of set, replace, append, unset (write one of: set, replace, append, unset)',
  ],
  ['rewrite edns0 local set 0xffee', '2:25: "local" needs 2 arguments, not 1 (write: local set CODE DATA [revert])'],
  ['rewrite edns0 local set 10 revert', '2:25: "local" needs 2 arguments, not 1 (write: local set CODE DATA [revert])'],
  [
    'rewrite edns0 local append 10 a b',
    '2:33: "local" takes 2 arguments, "b" is one too many (write: local append CODE DATA [revert])',
  ],
  ['rewrite edns0 local unset', '2:15: "local" needs an argument (write: local unset CODE)'],
  [
    'rewrite edns0 local unset 1 revert',
    '2:29: "local" takes one argument, "revert" is one too many (write: local unset CODE)',
  ],
  ...['0xzz', '70000', '-1', 'foo', '08', ''].map((code): [string, string] => [
    `rewrite edns0 local set "${code}" a`,
    `2:25: "${code}" is not an option code (write a number up to 65535, or 0x and hexadecimal digits)`,
  ]),
  ...['0xabc', '0xzz'].map((data): [string, string] => [
    `rewrite edns0 local set 1 ${data}`,
    `2:27: "${data}" is not in hexadecimal (write two digits of 0-9 and a-f for each octet after 0x)`,
  ]),
  ...['{bogus}', '{QNAME}', '{a/}', '{/a}', '{}', '{/}'].map((name): [string, string] => [
    `rewrite edns0 local set 1 "${name}"`,
    `2:27: unsupported variable name "${name}" (use {qname}, {qtype}, {client_ip}, {client_port}, {protocol}, {server_ip}, {server_port} or a label of plugin metadata, {PLUGIN/LABEL})`,
  ]),
  ['rewrite edns0 nsid set x', '2:24: "nsid" takes no argument, "x" is one too many (write: nsid set [revert])'],
  ['rewrite edns0 subnet set 24', '2:26: "subnet" needs 2 arguments, not 1 (write: subnet set V4BITS V6BITS [revert])'],
  ['rewrite edns0 subnet unset 1', '2:28: "subnet" takes no argument, "1" is one too many (write: subnet unset)'],
  [
    'rewrite edns0 subnet set 33 129',
    '2:26: invalid IPv4 mask length 33 (write a number up to 32, or 0x and hexadecimal digits)',
    '2:29: invalid IPv6 mask length 129 (write a number up to 128, or 0x and hexadecimal digits)',
  ],
  // All of them are told.
  [
    'rewrite type A B\nrewrite class C D',
    '2:16: invalid type "B" (write a type as A, AAAA, MX or TYPE65)',
    '3:15: invalid class "C" (write a class as IN, CH or CLASS5)',
    '3:17: invalid class "D" (write a class as IN, CH or CLASS5)',
  ],
])('%j is refused', (directives, ...problems) => {
  expect(problemsOf(directives)).toEqual(problems.map((problem) => `error Corefile:${problem}`));
});

test.each([
  [
    'rewrite name prefix past- pre-',
    '2:21: "past-" is taken as "past-.": it has to end where a label ends (write "past-." if that is meant, a regex if not)',
  ],
  [
    'rewrite ttl substring vc.ba 120',
    '2:23: "vc.ba" is taken as "vc.ba.": it has to end where a label ends (write "vc.ba." if that is meant, a regex if not)',
  ],
  ['rewrite name regex (.*) {2}', '2:25: {2} stays as it is: (.*) has no group 2 (use {1} to {1})'],
])('%j is a warning', (directives, problem) => {
  expect(problemsOf(directives)).toEqual([`warning Corefile:${problem}`]);
});
