import { hostname } from 'node:os';
import { expect, test } from 'vitest';
import { describeProblem } from '../../corefile/problem.ts';
import { CLASS } from '../../dns/codes.ts';
import { DomainName } from '../../dns/name.ts';
import { printRecord } from '../../dns/presentation.ts';
import { parseType } from '../../dns/types.ts';
import type { Reply } from '../../plugin-api/reply.ts';
import { setUp, type TestSetup } from '../../plugin-api/testing.ts';
import { chaos } from './chaos.ts';

async function ask(setup: TestSetup, name: string, type = 'TXT', queryClass: number = CLASS.CH): Promise<Reply | null> {
  const question = { name: DomainName.parse(name), type: parseType(type) ?? 0, class: queryClass };
  return await setup.ask({ name: '.', message: { questions: [question] } });
}

test.each<[directive: string, name: string, expected: readonly string[]]>([
  ['chaos Vec-1.0 alice bob', 'version.bind', ['version.bind. 0 CH TXT "Vec-1.0"']],
  ['chaos Vec-1.0', 'Version.SERVER', ['Version.SERVER. 0 CH TXT "Vec-1.0"']],
  ['chaos', 'version.bind', ['version.bind. 0 CH TXT "clusterfirst-0.0.0"']],
  ['chaos ""', 'version.bind', ['version.bind. 0 CH TXT ""']],
  ['chaos one\nchaos two', 'version.bind', ['version.bind. 0 CH TXT "one"']],
  ['chaos', 'hostname.bind', [`hostname.bind. 0 CH TXT "${hostname()}"`]],
  ['chaos v', 'id.server', [`id.server. 0 CH TXT "${hostname()}"`]],
  ['chaos v', 'authors.bind', ['authors.bind. 0 CH TXT "the authors of clusterfirst"']],
  [
    'chaos v bob alice bob carol',
    'authors.bind',
    ['authors.bind. 0 CH TXT "alice"', 'authors.bind. 0 CH TXT "carol"', 'authors.bind. 0 CH TXT "bob"'],
  ],
  [`chaos ${'v'.repeat(300)} a`, 'version.bind', [`version.bind. 0 CH TXT "${'v'.repeat(255)}"`]],
  ['chaos \u{e9}', 'version.bind', ['version.bind. 0 CH TXT "\\195\\169"']],
])('%s: %s', async (directive, name, expected) => {
  const setup = setUp(chaos, directive, { random: () => 0.5 });
  expect(setup.problems).toEqual([]);
  const reply = await ask(setup, name);
  expect(reply?.answers.map((record) => printRecord(record))).toEqual(expected);
  expect(reply).toMatchObject({ rcode: 0, authoritative: false, recursionDesired: true, unwritten: false });
});

test.each<[name: string, type: string, queryClass: number]>([
  ['version.bind', 'A', CLASS.CH],
  ['version.bind', 'ANY', CLASS.CH],
  ['version.bind', 'TXT', CLASS.IN],
  ['version.bind', 'TXT', CLASS.HS],
  ['x.version.bind', 'TXT', CLASS.CH],
  ['authors.server', 'TXT', CLASS.CH],
])('%s %s in class %i goes on', async (name, type, queryClass) => {
  expect(await ask(setUp(chaos, 'chaos'), name, type, queryClass)).toMatchObject({ rcode: 2, unwritten: true });
});

test('lets other classes in, and has no options', () => {
  const { instance, problems } = setUp(chaos, 'chaos v {\n author x\n}');
  expect(instance.settings).toEqual({ anyClass: true });
  expect(problems.map(describeProblem)).toEqual([
    'Corefile:3:2: plugin chaos has no option "author" (chaos has no options: remove the line)',
  ]);
});
