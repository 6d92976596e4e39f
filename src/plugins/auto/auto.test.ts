import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { rcodeName } from '../../dns/codes.ts';
import { DomainName } from '../../dns/name.ts';
import { printRecord } from '../../dns/presentation.ts';
import { parseGoRegExp } from '../../plugin-api/go-regexp.ts';
import { Complaint } from '../../plugin-api/options.ts';
import { makeFailure } from '../../plugin-api/reply.ts';
import { setUp, testBlock, type TestQuery, type TestSetup } from '../../plugin-api/testing.ts';
import { Logger } from '../../log/logger.ts';
import { auto } from './auto.ts';
import { AutoZones } from './auto-zones.ts';
import { findZoneFiles, type Naming, originOf } from './zone-files.ts';

let folder: string;
const stops: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'plugin-auto-'));
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, serial: number, more = ''): void {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `@ 5 SOA ns h ${serial} 1 1 1 1\nwww 5 A 10.0.0.1\n${more}`);
}

function naming(pattern = String.raw`db\.(.*)`, template = '{1}'): Naming {
  const parsed = parseGoRegExp(pattern);
  if (parsed instanceof Complaint) throw new Error(parsed.message);
  return { pattern: parsed, template };
}

test.each<[pattern: string, template: string, name: string, origin: string | undefined]>([
  [String.raw`db\.(.*)`, '{1}', 'db.example.org', 'example.org.'],
  [String.raw`db\.(.*)`, '{1}', 'old-db.example.org', 'example.org.'],
  [String.raw`db\.(.*)`, '{1}', 'example.org', undefined],
  [String.raw`db\.(.*)`, '{1}', 'db.', undefined],
  [String.raw`db\.(.*)`, '{1}', 'db.a..b', undefined],
  [String.raw`db\.(.*)`, '{1}', 'db.Example', 'Example.'],
  [String.raw`(\w+)-(\w+)\.txt`, '{2}.{1}.test', 'a-b.txt', 'b.a.test.'],
  [String.raw`(?P<zone>.*)\.zone`, '{zone}.test', 'a.zone', 'a.test.'],
  [String.raw`(a)|(b)`, '{1}{2}{3}{none}.test', 'b', 'b.test.'],
  [String.raw`(.*)`, 'bob', 'x', 'bob.'],
])('with %s and %s, %s has zone %s', (pattern, template, name, origin) => {
  expect(originOf(name, naming(pattern, template))?.text).toBe(origin);
});

test('files are found in the order of their paths, in folders too, links followed', async () => {
  for (const name of ['db.b', 'db.a', 'sub/db.c', 'aside/db.d', 'other.txt']) write(name, 1);
  mkdirSync(join(folder, 'db.folder'));
  symlinkSync(join(folder, 'db.a'), join(folder, 'db.link'));
  symlinkSync(join(folder, 'sub'), join(folder, 'db.linked-folder'));
  symlinkSync(join(folder, 'nowhere'), join(folder, 'db.broken-link'));
  const found = await findZoneFiles(folder, naming());
  expect(found.map(({ origin, path }) => `${origin.text} ${path.slice(folder.length)}`)).toEqual([
    'd. /aside/db.d',
    'a. /db.a',
    'b. /db.b',
    'link. /db.link',
    'c. /sub/db.c',
  ]);
  symlinkSync(folder, `${folder}-link`);
  stops.push(() => unlinkSync(`${folder}-link`));
  expect((await findZoneFiles(`${folder}-link`, naming())).length).toBe(5);
});

describe('zones', () => {
  interface Watched {
    readonly zones: AutoZones;
    readonly log: string[];
    readonly told: string[];
    /** Serials of the zones that are served, by name. */
    readonly serials: () => Readonly<Record<string, number | undefined>>;
  }

  /** Zones of the folder, which is looked at only when the test says so. */
  async function watchFolder(): Promise<Watched> {
    const log: string[] = [];
    const told: string[] = [];
    const zones = new AutoZones({
      folder,
      naming: naming(),
      reload: 0,
      changed: () => {},
      logger: Logger.create((line) => log.push(line.replaceAll(folder, ''))),
    });
    stops.push(() => zones.stop());
    zones.onNewVersion((origin) => told.push(origin.text));
    await zones.start();
    const serials = (): Readonly<Record<string, number | undefined>> =>
      Object.fromEntries(Array.from(zones.served.values(), ({ origin, current }) => [origin.text, current?.serial]));
    return { zones, log, told, serials };
  }

  test('come with their files and go with them', async () => {
    write('db.one', 1);
    const { zones, log, told, serials } = await watchFolder();
    write('db.two', 2);
    await zones.scan();
    expect(serials()).toEqual({ 'one.': 1, 'two.': 2 });
    unlinkSync(join(folder, 'db.one'));
    await zones.scan();
    await zones.scan();
    expect(serials()).toEqual({ 'two.': 2 });
    expect(told).toEqual(['one.', 'two.']);
    expect(log).toEqual([
      "[INFO] Inserting zone `one.' from: /db.one",
      "[INFO] Inserting zone `two.' from: /db.two",
      "[INFO] Deleting zone `one.'",
    ]);
    const again: string[] = [];
    zones.onNewVersion((origin) => again.push(origin.text));
    expect(again).toEqual(['two.']);
  });

  test('whose file is faulty are served once it is not, and that is said once', async () => {
    writeFileSync(join(folder, 'db.bad'), 'broken\n');
    const { zones, log, serials } = await watchFolder();
    await zones.scan();
    expect(serials()).toEqual({});
    write('db.bad', 3, 'www.example. 5 A 10.0.0.1\n');
    await zones.scan();
    expect(serials()).toEqual({ 'bad.': 3 });
    expect(log).toEqual([
      "[WARNING] Parse zone `bad.': /db.bad:1:7: type is missing",
      '[WARNING] /db.bad:3:1: a record at www.example., outside of the zone bad.: left out',
      "[INFO] Inserting zone `bad.' from: /db.bad",
    ]);
  });

  test('with several files have the first', async () => {
    write('a/db.one', 1);
    write('b/db.one', 2);
    const { zones, log, serials } = await watchFolder();
    await zones.scan();
    expect(serials()).toEqual({ 'one.': 1 });
    renameSync(join(folder, 'a/db.one'), join(folder, 'a/old'));
    await zones.scan();
    expect(serials()).toEqual({ 'one.': 2 });
    expect(log).toEqual([
      '[WARNING] Multiple zone files match origin "one.": using "/a/db.one" instead of "/b/db.one"',
      "[INFO] Inserting zone `one.' from: /a/db.one",
      "[INFO] Inserting zone `one.' from: /b/db.one",
    ]);
  });

  test('stay when the folder cannot be read any more', async () => {
    write('db.one', 1);
    const { zones, log, serials } = await watchFolder();
    renameSync(folder, `${folder}-away`);
    stops.push(() => rmSync(`${folder}-away`, { recursive: true }));
    await zones.scan();
    await zones.scan();
    expect(serials()).toEqual({ 'one.': 1 });
    expect(log.slice(1)).toEqual([expect.stringContaining('[WARNING] Failed to read "": ENOENT')]);
  });

  test('are looked for and read again from time to time', async () => {
    const zones = new AutoZones({
      folder,
      naming: naming(),
      reload: 20,
      logger: Logger.create(() => {}),
      changed: () => {},
    });
    stops.push(() => zones.stop());
    await zones.start();
    write('db.one', 1);
    const serial = (): number | undefined => zones.served.get(DomainName.parse('one'))?.current?.serial;
    await expect.poll(serial).toBe(1);
    write('db.one', 2);
    await expect.poll(serial).toBe(2);
    unlinkSync(join(folder, 'db.one'));
    await expect.poll(serial).toBeUndefined();
  });
});

function setUpWith(directives: string, zones: readonly string[] = ['test']): TestSetup {
  const block = testBlock({ zones: zones.map((zone) => DomainName.parse(zone)) });
  const setup = setUp(auto, directives, { resolvePath: (path) => join(folder, path), block });
  stops.push(() => void setup.instance.stop?.('shutdown'));
  return setup;
}

/** Rcode, AA and answers; `next` when the query went on. */
async function ask(setup: TestSetup, query: TestQuery): Promise<string> {
  let passed = false;
  const reply = await setup.ask(query, (asked) => {
    passed = true;
    return makeFailure(asked, 2);
  });
  if (passed || reply === null) return 'next';
  return [rcodeName(reply.rcode), reply.authoritative ? 'AA' : '-', ...reply.answers.map(printRecord)].join(' ');
}

describe('queries', () => {
  test.each<[directives: string, name: string, type: string, expected: string]>([
    ['auto {\ndirectory .\n}', 'www.one.test', 'A', 'NOERROR AA www.one.test. 5 IN A 10.0.0.1'],
    ['auto {\ndirectory .\n}', 'nope.one.test', 'A', 'NXDOMAIN AA'],
    ['auto {\ndirectory .\n}', 'alias.one.test', 'A', 'NOERROR - alias.one.test. 5 IN CNAME x.cut.one.test.'],
    ['auto {\ndirectory .\n}', 'three.test', 'A', 'next'],
    ['auto {\ndirectory .\n}', 'www.out', 'A', 'next'],
    ['auto {\ndirectory .\n}', 'one.test', 'AXFR', 'REFUSED -'],
    ['auto out {\ndirectory .\n}', 'www.out', 'A', 'NOERROR AA www.out. 5 IN A 10.0.0.1'],
    ['auto out {\ndirectory .\n}', 'www.one.test', 'A', 'next'],
    // Of several lines the last counts.
    ['auto {\ndirectory .\n}\nauto out', 'www.out', 'A', 'NOERROR AA www.out. 5 IN A 10.0.0.1'],
    ['auto out {\ndirectory .\n}\nauto', 'www.out', 'A', 'next'],
  ])('%j: %s %s is %s', async (directives, name, type, expected) => {
    write('db.one.test', 1, 'alias 5 CNAME x.cut\ncut 5 NS ns.cut\n');
    write('db.out', 1);
    const setup = setUpWith(directives);
    await setup.instance.start?.();
    const message = { questions: [{ name: DomainName.parse(name), type: type === 'AXFR' ? 252 : 1, class: 1 }] };
    expect(await ask(setup, { name, message, transport: 'tcp' })).toBe(expected);
  });

  test('are refused by the last plugin when no file has the zone', async () => {
    const instances: { name: string; instance: TestSetup['instance'] }[] = [];
    const setup = setUp(auto, 'auto test {\ndirectory .\n}', {
      resolvePath: (path) => join(folder, path),
      block: testBlock({ instances: () => instances }),
    });
    stops.push(() => void setup.instance.stop?.('shutdown'));
    instances.push({ name: 'auto', instance: setup.instance });
    await setup.instance.start?.();
    expect(await ask(setup, { name: 'www.test' })).toBe('REFUSED -');
    expect(await ask(setup, { name: 'www.example' })).toBe('next');
  });

  test('are counted by zones, which may be transferred', async () => {
    write('db.one.test', 7);
    const { instance } = setUpWith('auto {\ndirectory .\n}');
    await instance.start?.();
    const told: string[] = [];
    instance.onNewVersion?.((origin) => told.push(origin.text));
    expect(told).toEqual(['one.test.']);
    expect(instance.passingZone?.(DomainName.parse('a.b.one.test'))?.text).toBe('one.test.');
    expect(instance.passingZone?.(DomainName.parse('test'))).toBeUndefined();
    const records = (origin: string, serial?: number): number | undefined => {
      const given = instance.transfer?.(DomainName.parse(origin), serial);
      return given === undefined || given instanceof Error ? undefined : Array.from(given).length;
    };
    expect([records('one.test'), records('one.test', 7), records('two.test')]).toEqual([3, 1, undefined]);
  });
});

test.each<[directives: string, code: string, message: RegExp]>([
  ['auto', 'auto/directory', /no directory/],
  ['auto {\ndirectory\n}', 'option/arguments', /needs an argument/],
  ['auto {\ndirectory gone\n}', 'auto/directory', /^Directory does not exist: .*gone$/],
  ['auto {\ndirectory loop\n}', 'auto/directory', /^unable to access directory .*ELOOP/],
  ['auto {\ndirectory . (.*)\n}', 'auto/template', /without a template/],
  ['auto {\ndirectory . .* {1}\n}', 'option/value', /no group/],
  ['auto {\ndirectory . ( {1}\n}', 'option/value', /is not a regular expression/],
  [`auto {\ndirectory . (${'a'.repeat(10_000)}) {1}\n}`, 'option/value', /more than 10000/],
  ['auto {\ndirectory . (.*) {1} x\n}', 'option/arguments', /one too many/],
  ['auto {\ndirectory .\nreload 5\n}', 'option/value', /not a duration/],
  ['auto {\ndirectory .\nreload -1s\n}', 'option/value', /too short/],
  ['auto {\ndirectory .\nupstream\n}', 'option/retired', /no effect/],
  ['auto {\ndirectory .\nfallthrough\n}', 'option/unknown', /no option "fallthrough"/],
])('%j: %s', (directives, code, message) => {
  symlinkSync('loop', join(folder, 'loop'));
  const { problems } = setUpWith(directives);
  expect(problems.map((problem) => problem.code)).toContain(code);
  expect(problems.find((problem) => problem.code === code)?.message).toMatch(message);
});
