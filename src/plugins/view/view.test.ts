import { describe, expect, it, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { createEdns } from '../../dns/message.ts';
import type { Metadata } from '../../plugin-api/query.ts';
import { makeReply } from '../../plugin-api/reply.ts';
import { setUp, testQuery, type TestQuery } from '../../plugin-api/testing.ts';
import { view } from './view.ts';

const IPV6 = { address: '2001:db8::7', port: 50_000 };

/** Is the query let in by a view with these lines? */
function isLetIn(lines: readonly string[], query: TestQuery): boolean | undefined {
  const { instance, problems } = setUp(view, `view v {\n${lines.join('\n')}\n}`);
  expect(problems).toEqual([]);
  return instance.settings?.view?.admits(testQuery(query));
}

describe('a query', () => {
  it.each<[lines: readonly string[], query: TestQuery, admitted: boolean]>([
    [[], { name: 'a.test' }, true],
    [['expr true'], { name: 'a.test' }, true],
    [['expr false'], { name: 'a.test' }, false],
    [["expr name() == 'a.test.'"], { name: 'A.Test' }, true],
    [["expr type() in ['MX', 'SRV']"], { name: 'a.test', type: 'SRV' }, true],
    [["expr type() in ['MX', 'SRV']"], { name: 'a.test', type: 'A' }, false],
    // All have to be true.
    [["expr type() == 'A'", "expr name() endsWith 'test.'"], { name: 'a.test' }, true],
    [["expr type() == 'A'", "expr name() endsWith 'org.'"], { name: 'a.test' }, false],
    [["expr incidr(client_ip(), '2001:db8::/32')"], { name: 'a.test', client: IPV6 }, true],
    [["expr incidr(client_ip(), '2001:db8::/32')"], { name: 'a.test' }, false],
    [["expr incidr(client_ip(), '127.0.0.0/8')"], { name: 'a.test' }, true],
    [["expr proto() == 'tcp' and port() == '50000'"], { name: 'a.test', client: IPV6, transport: 'tcp' }, true],
    [["expr proto() == 'tcp' and port() == '50000'"], { name: 'a.test', client: IPV6 }, false],
    [["expr server_ip() == '127.0.0.1' && server_port() == '53'"], { name: 'a.test' }, true],
    [['expr do() || bufsize() > 2000'], { name: 'a.test', message: { edns: createEdns(4096) } }, true],
    [['expr do() || bufsize() > 2000'], { name: 'a.test', message: { edns: createEdns(1232) } }, false],
    [["expr metadata('a/word') == 'yes'"], { name: 'a.test', metadata: new Map([['a/word', () => 'yes']]) }, true],
    [["expr metadata('a/word') == 'yes'"], { name: 'a.test' }, false],
    // Neither true nor false, and what has no value.
    [['expr name()'], { name: 'a.test' }, false],
    [['expr 1'], { name: 'a.test' }, false],
    [["expr incidr(client_ip(), 'nowhere')"], { name: 'a.test' }, false],
    [["expr not incidr(client_ip(), 'nowhere')"], { name: 'a.test' }, false],
  ])('%j let %j in: %s', (lines, query, admitted) => {
    expect(isLetIn(lines, query)).toBe(admitted);
  });
});

test('the name of the view is what metrics and labels say', () => {
  const { instance } = setUp(view, 'view office');
  const metadata: Metadata = new Map();
  instance.describe?.(testQuery({ name: 'a.test' }), metadata);
  expect(instance.settings?.view?.name).toBe('office');
  expect([...metadata].map(([label, value]) => [label, value()])).toEqual([['view/name', 'office']]);
});

test('queries that are in the block pass', async () => {
  const { ask } = setUp(view, 'view v {\n expr false\n}');
  expect(await ask({ name: 'a.test' }, (query) => makeReply(query, { rcode: 3 }))).toMatchObject({ rcode: 3 });
});

test.each([
  ['view', 'Corefile:2:1: "view" needs an argument (write: view NAME)'],
  ['view a b', 'Corefile:2:8: "view" takes one argument, "b" is one too many (write: view NAME)'],
  ['view a {\nexpr\n}', 'Corefile:3:1: "expr" needs an argument (write: expr EXPRESSION...)'],
  [
    'view a {\nexpr nosuch()\n}',
    'Corefile:3:6: the expression cannot be used: there is no function "nosuch" (see https://expr-lang.org/docs/language-definition)',
  ],
  ['view a {\nexpr name() ==\n}', expect.stringMatching(/^Corefile:3:6: the expression cannot be used: /)],
  ['view a {\nexpress true\n}', 'Corefile:3:1: plugin view has no option "express" (view has: expr)'],
])('%j is refused', (directives, problem) => {
  expect(setUp(view, directives).problems.map(describeProblem)).toEqual([problem]);
});
