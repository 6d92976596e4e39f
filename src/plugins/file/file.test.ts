import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { OPCODE, rcodeName } from '../../dns/codes.ts';
import { DomainName } from '../../dns/name.ts';
import { printRecord } from '../../dns/presentation.ts';
import { makeFailure } from '../../plugin-api/reply.ts';
import { setUp, testBlock, type TestQuery, type TestSetup } from '../../plugin-api/testing.ts';
import { file } from './file.ts';

let folder: string;
const running: TestSetup[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugin-file-'));
  write('db', 7, 'www 5 A 10.0.0.1\na.b 5 A 10.0.0.2\n');
  write('other', 9, 'www 5 A 10.0.0.3\n');
});
afterEach(async () => {
  for (const { instance } of running.splice(0)) await instance.stop?.('shutdown');
  rmSync(folder, { recursive: true });
});

function write(name: string, serial: number, more = ''): void {
  writeFileSync(join(folder, name), `@ 5 SOA ns h ${serial} 1 1 1 1\n@ 5 NS ns\n${more}`);
}

function setUpWith(directives: string, zones: readonly string[] = ['z.test']): TestSetup {
  const setup = setUp(file, directives, { zones, resolvePath: (path) => join(folder, path), block: blockOf(zones) });
  running.push(setup);
  return setup;
}

function blockOf(zones: readonly string[]): ReturnType<typeof testBlock> {
  return testBlock({ zones: zones.map((zone) => DomainName.parse(zone)) });
}

/** The rcode and the answers; `next` when the query went on. */
async function ask(setup: TestSetup, query: TestQuery): Promise<string> {
  let passed = false;
  const reply = await setup.ask(query, (asked) => {
    passed = true;
    return makeFailure(asked, 2);
  });
  if (passed) return 'next';
  return reply === null ? 'dropped' : [rcodeName(reply.rcode), ...reply.answers.map(printRecord)].join(' ');
}

describe('zones', () => {
  test.each<[directives: string, name: string, expected: string]>([
    ['file db', 'www.z.test', 'NOERROR www.z.test. 5 IN A 10.0.0.1'],
    ['file db', 'WWW.Z.test', 'NOERROR www.z.test. 5 IN A 10.0.0.1'],
    ['file db', 'nope.z.test', 'NXDOMAIN'],
    ['file db', 'www.example', 'next'],
    ['file db one.test two.test', 'www.two.test', 'NOERROR www.two.test. 5 IN A 10.0.0.1'],
    ['file db one.test two.test', 'www.z.test', 'next'],
    ['file db\nfile other deep.z.test', 'www.deep.z.test', 'NOERROR www.deep.z.test. 5 IN A 10.0.0.3'],
    ['file db\nfile other deep.z.test', 'www.z.test', 'NOERROR www.z.test. 5 IN A 10.0.0.1'],
    ['file db\nfile other', 'www.z.test', 'NOERROR www.z.test. 5 IN A 10.0.0.3'],
    ['file db 10.0.0.0/24', 'www.0.0.10.in-addr.arpa', 'NOERROR www.0.0.10.in-addr.arpa. 5 IN A 10.0.0.1'],
  ])('%j: %s is %s', async (directives, name, expected) => {
    const setup = setUpWith(directives);
    expect(setup.problems).toEqual([]);
    expect(await ask(setup, { name })).toBe(expected);
  });
});

test.each<[what: string, query: TestQuery, expected: string]>([
  ['a NOTIFY', { name: 'z.test', type: 'SOA', message: { opcode: OPCODE.NOTIFY } }, 'dropped'],
  ['AXFR', { name: 'z.test', type: 'AXFR', transport: 'tcp' }, 'REFUSED'],
  ['IXFR', { name: 'www.z.test', type: 'IXFR', transport: 'tcp' }, 'REFUSED'],
])('%s is no question for it', async (_what, query, expected) => {
  const name = DomainName.parse(query.name);
  const type = { SOA: 6, AXFR: 252, IXFR: 251 }[query.type ?? 'SOA'] ?? 6;
  const message = { ...query.message, questions: [{ name, type, class: 1 }] };
  expect(await ask(setUpWith('file db'), { ...query, message })).toBe(expected);
});

describe('fallthrough', () => {
  test.each<[directives: string, name: string, type: string, expected: string]>([
    ['file db {\nfallthrough\n}', 'nope.z.test', 'A', 'next'],
    ['file db {\nfallthrough\n}', 'b.z.test', 'A', 'next'],
    ['file db {\nfallthrough\n}', 'www.z.test', 'TXT', 'NOERROR'],
    ['file db {\nfallthrough s.z.test\n}', 'nope.z.test', 'A', 'NXDOMAIN'],
    ['file db {\nfallthrough s.z.test\n}', 'nope.s.z.test', 'A', 'next'],
    ['file db', 'nope.z.test', 'A', 'NXDOMAIN'],
    // One list for all lines of a block.
    ['file db {\nfallthrough\n}\nfile other o.test', 'nope.o.test', 'A', 'next'],
  ])('%j: %s %s is %s', async (directives, name, type, expected) => {
    expect(await ask(setUpWith(directives), { name, type })).toBe(expected);
  });
});

test('the last plugin refuses what it has no zone for', async () => {
  const instances: { name: string; instance: TestSetup['instance'] }[] = [];
  const setup = setUp(file, 'file db z.test', {
    resolvePath: (path) => join(folder, path),
    block: testBlock({ instances: () => instances }),
  });
  running.push(setup);
  instances.push({ name: 'file', instance: setup.instance });
  await setup.instance.start?.();
  expect(await ask(setup, { name: 'www.example' })).toBe('REFUSED');
});

describe('problems', () => {
  test.each<[directives: string, code: string, place: string, message: RegExp]>([
    ['file', 'option/arguments', 'Corefile:2:1', /needs an argument/],
    ['file db {\nreload abc\n}', 'option/value', 'Corefile:3:8', /not a duration/],
    ['file db {\nreload -5s\n}', 'option/value', 'Corefile:3:8', /too short/],
    ['file db {\nreload\n}', 'option/arguments', 'Corefile:3:1', /needs an argument/],
    ['file db {\nbogus\n}', 'option/unknown', 'Corefile:3:1', /no option "bogus"/],
    ['file db {\ntransfer to *\n}', 'option/unknown', 'Corefile:3:1', /no option "transfer"/],
    ['file db {\nupstream 10.0.0.1\n}', 'option/retired', 'Corefile:3:1', /no effect/],
    ['file gone', 'file/open', 'Corefile:2:6', /^Failed to open ".*gone": trying again in 1m0s$/],
    ['file gone {\nreload 0\n}', 'file/open', 'Corefile:2:6', /^Failed to open ".*gone": ENOENT/],
    ['file .', 'file/open', 'Corefile:2:6', /trying again/],
    ['file broken', 'file/zone', 'broken:3:9', /^address is no IPv4 address: 10.0.0$/],
    ['file nosoa', 'file/zone', 'nosoa:1:1', /has no SOA record for origin z.test.$/],
    ['file db {\nreload 5s\nreload_by_mtime x\n}', 'option/arguments', 'Corefile:4:17', /takes no argument/],
    ['file odd', 'file/record', 'odd:4:1', /outside of the zone z.test.: left out$/],
  ])('%j: %s', (directives, code, place, message) => {
    write('broken', 7, 'www 5 A 10.0.0\n');
    writeFileSync(join(folder, 'nosoa'), 'www 5 A 10.0.0.1\n');
    write('odd', 7, '; odd\nwww.example. 5 A 10.0.0.1\n');
    const { problems } = setUpWith(directives);
    const [problem] = problems;
    expect(problems.map((each) => each.code)).toEqual([code]);
    const at = problem?.place;
    expect(`${at?.file.replace(`${folder}/`, '')}:${at?.line}:${at?.column}`).toBe(place);
    expect(problem?.message).toMatch(message);
  });
});

test('a zone without data is SERVFAIL, until the file is there', async () => {
  const setup = setUpWith('file late {\nreload 20ms\n}');
  expect(await ask(setup, { name: 'www.z.test' })).toBe('SERVFAIL');
  await setup.instance.start?.();
  write('late', 1, 'www 5 A 10.0.0.5\n');
  await expect.poll(() => ask(setup, { name: 'www.z.test' })).toBe('NOERROR www.z.test. 5 IN A 10.0.0.5');
});

test('a new serial is served after a while', async () => {
  const setup = setUpWith('file db {\nreload 20ms\n}');
  await setup.instance.start?.();
  write('db', 8, 'www 5 A 10.0.0.7\n');
  await expect.poll(() => ask(setup, { name: 'www.z.test' })).toBe('NOERROR www.z.test. 5 IN A 10.0.0.7');
});

describe('transfers', () => {
  function transfer(setup: TestSetup, origin: string, serial?: number): number | string | undefined {
    const given = setup.instance.transfer?.(DomainName.parse(origin), serial);
    if (given === undefined) return undefined;
    return given instanceof Error ? given.message : Array.from(given).length;
  }

  test('are given of zones, whole or as the SOA alone', () => {
    const setup = setUpWith('file db\nfile late late.test');
    expect(transfer(setup, 'z.test')).toBe(5);
    expect(transfer(setup, 'Z.test', 6)).toBe(5);
    expect(transfer(setup, 'z.test', 7)).toBe(1);
    expect(transfer(setup, 'www.z.test')).toBeUndefined();
    expect(transfer(setup, 'late.test')).toBe('zone late.test. has no data yet');
  });

  test('new versions are told', async () => {
    const setup = setUpWith('file db {\nreload 20ms\n}\nfile late late.test {\nreload 20ms\n}');
    const told: string[] = [];
    setup.instance.onNewVersion?.((origin) => told.push(origin.text));
    expect(told).toEqual(['z.test.']);
    await setup.instance.start?.();
    write('late', 1);
    await expect.poll(() => told).toEqual(['z.test.', 'late.test.']);
    write('db', 8);
    await expect.poll(() => told).toEqual(['z.test.', 'late.test.', 'z.test.']);
  });
});
