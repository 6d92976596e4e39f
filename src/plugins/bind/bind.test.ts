import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { setUp } from '../../plugin-api/testing.ts';
import { bind } from './bind.ts';

const [loopback, loopbackAddresses] = Object.entries(networkInterfaces())
  .map(([name, found]): [string, string[]] => [name, (found ?? []).map(({ address }) => address)])
  .find(([, addresses]) => addresses.includes('127.0.0.1')) ?? ['', []];

function outcome(directives: string): { readonly addresses: unknown; readonly problems: readonly string[] } {
  const { instance, problems } = setUp(bind, directives);
  return { addresses: instance.settings?.addresses, problems: problems.map(describeProblem) };
}

test.each<[string, string[]]>([
  ['bind 127.0.0.1', ['127.0.0.1']],
  ['bind 127.0.0.1 ::1', ['127.0.0.1', '::1']],
  ['bind 127.0.0.1\nbind 127.0.0.2', ['127.0.0.1', '127.0.0.2']],
  ['bind 0.0.0.0', ['0.0.0.0']],
  [`bind ${loopback}`, loopbackAddresses],
  [`bind ${loopback} 192.0.2.1`, [...loopbackAddresses, '192.0.2.1']],
  [`bind ${loopback} {\n except 127.0.0.1\n}`, loopbackAddresses.filter((address) => address !== '127.0.0.1')],
  [`bind 192.0.2.1 127.0.0.1 {\n except ${loopback}\n}`, ['192.0.2.1']],
  // The last except of a line counts, and it concerns that line alone.
  ['bind 127.0.0.1 127.0.0.2 {\n except 127.0.0.1\n except 127.0.0.2\n}', ['127.0.0.1']],
  ['bind 127.0.0.1 127.0.0.2 {\n except 127.0.0.1\n}\nbind 127.0.0.1', ['127.0.0.2', '127.0.0.1']],
  // Addresses are compared as they are written.
  ['bind ::1 {\n except 0:0:0:0:0:0:0:1\n}', ['::1']],
])('%j listens on %j', (directives, addresses) => {
  const found = outcome(directives);
  expect(found.addresses).toEqual(addresses);
  expect(found.problems.filter((problem) => !problem.includes('no address is left'))).toEqual([]);
});

test.each<[string, string]>([
  ['bind', 'Corefile:2:1: "bind" needs an argument (write: bind ADDRESS|INTERFACE...)'],
  [
    'bind 127.0.0.1 localhost',
    'Corefile:2:16: "localhost" is neither an IP address nor an interface of this machine (interfaces here: ',
  ],
  ['bind 127.0.0.01', 'Corefile:2:6: "127.0.0.01" is neither an IP address nor an interface of this machine'],
  ['bind 127.0.0.1:53', 'Corefile:2:6: "127.0.0.1:53" is neither an IP address nor an interface of this machine'],
  ['bind 127.0.0.1 {\n except\n}', 'Corefile:3:2: "except" needs an argument (write: except ADDRESS|INTERFACE...)'],
  ['bind 127.0.0.1 {\n except nonsense\n}', 'Corefile:3:9: "nonsense" is neither an IP address nor an interface'],
  ['bind 127.0.0.1 {\n exept ::1\n}', 'Corefile:3:2: plugin bind has no option "exept" (did you mean "except"?)'],
])('%j is refused', (directives, problem) => {
  expect(outcome(directives).problems[0]).toContain(problem);
});

test('a warning tells that nothing is left to listen on', () => {
  const { instance, problems } = setUp(bind, `bind ${loopback} {\n except ${loopback}\n}`);
  expect(instance.settings?.addresses).toEqual([]);
  expect(problems.map((problem) => `${problem.severity} ${describeProblem(problem)}`)).toEqual([
    'warning Corefile:2:1: no address is left to listen on (name an address that except does not take away)',
  ]);
});
