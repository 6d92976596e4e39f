import { describe, expect, test } from 'vitest';
import { rcodeName } from '../../dns/codes.ts';
import { createMessage } from '../../dns/message.ts';
import { DomainName } from '../../dns/name.ts';
import { parseRecord, printRecord } from '../../dns/presentation.ts';
import { TYPE } from '../../dns/types.ts';
import type { Query } from '../../plugin-api/query.ts';
import { makeFailure, makeReply, type Reply } from '../../plugin-api/reply.ts';
import { setUp, type TestQuery, type TestSetup } from '../../plugin-api/testing.ts';
import { template } from './template.ts';

const next = (query: Query): Reply => makeFailure(query, 0, new Error('next'));

/** The answers and the rcode if it is another than NOERROR; `next` where the next plugin is asked. */
async function ask(setup: TestSetup, query: TestQuery): Promise<readonly string[]> {
  const reply = await setup.ask(query, next);
  if (reply?.error?.message === 'next') return ['next'];
  const rcode = reply === null ? 'dropped' : rcodeName(reply.rcode);
  return [...(rcode === 'NOERROR' ? [] : [rcode]), ...(reply?.answers.map(printRecord) ?? [])];
}

function found(query: Query): Reply {
  return makeReply(query, { answers: [parseRecord('target.test 5 A 192.0.2.1')], truncated: true });
}

function block(...lines: readonly string[]): string {
  return `template IN ANY test {\n${lines.join('\n')}\n}`;
}

describe('one template', () => {
  test.each<[lines: readonly string[], name: string, expected: readonly string[]]>([
    [['answer "{{ .Name }} 60 IN A 192.0.2.1"'], 'A.Test', ['a.test. 60 IN A 192.0.2.1']],
    [['answer "x 192.0.2.1"'], 'a.test', ['SERVFAIL']],
    [['answer "x A 192.0.2.1"'], 'a.test', ['x. 3600 IN A 192.0.2.1']],
    [['answer "{{ .Nosuch }}"'], 'a.test', ['SERVFAIL']],
    [['answer ""'], 'a.test', ['SERVFAIL']],
    [
      ['answer "a 1 A 192.0.2.1" "b 1 A 192.0.2.2"', 'answer "c 1 A 192.0.2.3"'],
      'a.test',
      ['a. 1 IN A 192.0.2.1', 'b. 1 IN A 192.0.2.2', 'c. 1 IN A 192.0.2.3'],
    ],
    [['match ^b[.]', 'answer "a 1 A 192.0.2.1"'], 'a.test', ['SERVFAIL']],
    [['match ^b[.]', 'fallthrough'], 'a.test', ['next']],
    [['match ^b[.]', 'fallthrough b.test'], 'a.test', ['SERVFAIL']],
    [
      [
        'match ^b[.] (?P<first>.)[.]t',
        'answer "{{ .Group.first }} 1 TXT {{ index .Match 0 }} {{ index .Group `1` }} {{ printf `%q` .Regex }}"',
      ],
      'a.test',
      ['a. 1 IN TXT "a.t" "a" "(?P<first>.)[.]t"'],
    ],
    [['rcode NXDOMAIN'], 'a.test', ['NXDOMAIN']],
    [['rcode SERVFAIL', 'answer "a 1 A 192.0.2.1"'], 'a.test', ['SERVFAIL']],
    [
      ['match ^(.)[.]', "var n group(1) + 'x'", 'var up upper(n)', 'answer "x 1 TXT {{ .Var.up }}"'],
      'a.test',
      ['x. 1 IN TXT "AX"'],
    ],
    [["expr name() == 'a.test.'", "expr type() == 'A'", 'answer "x 1 TXT yes"'], 'a.test', ['x. 1 IN TXT "yes"']],
    [["expr name() == 'a.test.'", "expr type() == 'MX'", 'fallthrough'], 'a.test', ['next']],
    [["expr 'yes'", 'fallthrough'], 'a.test', ['next']],
    [["expr incidr('x', 'y')", 'fallthrough'], 'a.test', ['SERVFAIL']],
    [
      [
        'answer "x 1 TXT {{ .Zone }} {{ .Class }} {{ .Type }} {{ .Remote }} {{ .Meta `a/b` }} {{ .Question.Name }} {{ .Message.Id }}"',
      ],
      'a.Test',
      ['x. 1 IN TXT "test." "IN" "A" "127.0.0.1" "shop" "a.Test." "4711"'],
    ],
    [[], 'other', ['next']],
  ])('%j %s', async (lines, name, expected) => {
    const setup = setUp(template, block(...lines));
    expect(setup.problems).toEqual([]);
    expect(await ask(setup, { name, metadata: new Map([['a/b', () => 'shop']]) })).toEqual(expected);
  });
});

describe('several templates', () => {
  const setup = setUp(
    template,
    `template IN MX sub.test {
       match ^only[.]
       answer "{{ .Name }} 1 MX 1 first"
       fallthrough
     }
     template IN ANY test sub.test {
       answer "{{ .Zone }} 1 MX 2 second"
     }
     template CH TXT {
       answer "x 1 CH TXT chaos"
     }`,
  );
  test.each<[name: string, type: string, expected: readonly string[]]>([
    ['only.sub.test', 'MX', ['only.sub.test. 1 IN MX 1 first.']],
    ['x.sub.test', 'MX', ['sub.test. 1 IN MX 2 second.']],
    ['only.sub.test', 'A', ['sub.test. 1 IN MX 2 second.']],
    ['x.test', 'A', ['test. 1 IN MX 2 second.']],
    ['other', 'TXT', ['next']],
  ])('%s %s', async (name, type, expected) => {
    expect(await ask(setup, { name, type })).toEqual(expected);
  });
  test('another class', async () => {
    const question = { name: DomainName.parse('x.test'), type: TYPE.TXT, class: 3 };
    const query = { name: 'x.test', message: createMessage({ questions: [question] }) };
    expect(await ask(setup, query)).toEqual(['x. 1 CH TXT "chaos"']);
  });
});

describe('aliases', () => {
  const setup = setUp(template, block('answer "{{ .Name }} 1 CNAME target.test"'));

  test('are followed for addresses only', async () => {
    const answers = ['a.test. 1 IN CNAME target.test.', 'target.test. 5 IN A 192.0.2.1'];
    expect(await ask(setup, { name: 'a.test', resolve: found })).toEqual(answers);
    expect(await ask(setup, { name: 'a.test', resolve: async (query) => found(query) })).toEqual(answers);
    expect(await ask(setup, { name: 'a.test', type: 'TXT', resolve: found })).toEqual(answers.slice(0, 1));
    expect((await setup.ask({ name: 'a.test', resolve: found }))?.truncated).toBe(true);
  });
});

test('an extended error', async () => {
  const setup = setUp(template, block('rcode REFUSED', 'ederror 15 blocked'));
  const reply = await setup.ask({ name: 'a.test' });
  expect(reply?.edns?.options[0]?.code).toBe(15);
  expect(Buffer.from(reply?.edns?.options[0]?.data ?? []).toString('latin1')).toBe('\0\x0fblocked');
});

test('metrics and errors', async () => {
  const setup = setUp(template, block('match ^a', 'answer "{{ .Name }} A {{ parseInt .Name 10 8 }}"', 'fallthrough'));
  const reply = await setup.ask({ name: 'a.test' });
  expect(reply?.error?.message).toMatch(/^template: answer: strconv.ParseUint: parsing "a.test.": invalid syntax/);
  await setup.ask({ name: 'b.test' }, next);
  const bad = setUp(template, block('authority "x A y"'), { metrics: setup.metrics });
  await bad.ask({ name: 'a.test' });
  const labels = 'server="dns://:53",zone="test.",view="",class="IN",type="A"';
  const text = setup.metrics.expose();
  expect(text).toContain(`coredns_template_matches_total{${labels}} 2\n`);
  expect(text).toContain(
    `coredns_template_template_failures_total{${labels},section="answer",template="{{.Name}} A {{parseInt .Name 10 8}}"} 1\n`,
  );
  expect(text).toContain(`coredns_template_rr_failures_total{${labels},section="authority",template="x A y"} 1\n`);
});

test.each([
  ['template', 'option/arguments'],
  ['template IN XX', 'option/value'],
  ['template XX A', 'option/value'],
  ['template in A', 'option/value'],
  [block('rcode 3'), 'option/value'],
  [block('match (a'), 'option/value'],
  [block('match'), 'option/arguments'],
  [block('answer'), 'option/arguments'],
  [block('answer "{{ if }}"'), 'option/value'],
  [block('ederror 1 a b'), 'option/arguments'],
  [block('ederror 65536'), 'option/value'],
  [block('expr'), 'option/arguments'],
  [block('expr nosuch()'), 'option/expression'],
  [block('var a'), 'option/arguments'],
  [block('var len 1'), 'template/variable'],
  [block('var group 1'), 'template/variable'],
  [block('var 1x 1'), 'template/variable'],
  [block('bogus'), 'option/unknown'],
  [block('upstream 192.0.2.1'), 'option/retired'],
])('%s is refused', (directive, code) => {
  expect(setUp(template, directive).problems.map((problem) => problem.code)).toEqual([code]);
});
