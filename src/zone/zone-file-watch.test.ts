import { chmodSync, mkdtempSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { DomainName } from '../dns/name.ts';
import { Logger } from '../log/logger.ts';
import { ServedZone } from './served-zone.ts';
import { ZoneFileError } from './zone-file-error.ts';
import { ZoneFileWatch } from './zone-file-watch.ts';

let folder: string;
let path: string;
const stops: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'zone-file-watch-'));
  path = join(folder, 'db');
});
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
  rmSync(folder, { recursive: true });
});

interface Watched {
  readonly watch: ZoneFileWatch;
  readonly zone: ServedZone;
  /** Serial and number of records of each version. */
  readonly versions: readonly string[];
  readonly log: readonly string[];
}

/** A watch that looks only when it is told to, unless `reload` is given. */
function watchFile(options: { readonly byModificationTime?: boolean; readonly reload?: number } = {}): Watched {
  const zone = new ServedZone(DomainName.parse('z.test'));
  const versions: string[] = [];
  const log: string[] = [];
  zone.onChange((version) =>
    versions.push(`${version?.serial} ${Array.from(version?.transfer(undefined) ?? []).length - 1}`),
  );
  const watch = new ZoneFileWatch({
    zone,
    path,
    reload: options.reload ?? 3_600_000,
    byModificationTime: options.byModificationTime ?? false,
    logger: Logger.create((line) => log.push(line.replaceAll(folder, ''))),
  });
  stops.push(() => watch.stop());
  return { watch, zone, versions, log };
}

function write(serial: number, more = '', file = path): void {
  writeFileSync(file, `@ 5 SOA ns h ${serial} 1 1 1 1\n${more}`);
}

test('a new serial makes a new version, whether it is higher or lower', async () => {
  write(7);
  const { watch, versions, log } = watchFile();
  expect(watch.readFirst()).toEqual([]);
  watch.start();
  write(8, 'a 5 A 10.0.0.1\n');
  await watch.refresh();
  write(1);
  await watch.refresh();
  await watch.refresh();
  expect(versions).toEqual(['7 1', '8 2', '1 1']);
  expect(log).toEqual([
    '[INFO] Successfully reloaded zone "z.test." in "/db" with 8 SOA serial',
    '[INFO] Successfully reloaded zone "z.test." in "/db" with 1 SOA serial',
  ]);
});

test('other content under the old serial is not served, and the log says so', async () => {
  write(7);
  const { watch, versions, log } = watchFile();
  watch.readFirst();
  watch.start();
  write(7, 'a 5 A 10.0.0.1\n');
  await watch.refresh();
  await watch.refresh();
  expect(versions).toEqual(['7 1']);
  expect(log).toEqual([
    '[WARNING] The file of zone "z.test." in "/db" has changed but its SOA serial, 7, has not: not reloaded',
  ]);
});

test('a file that was only touched is no new version', async () => {
  write(7);
  const { watch, versions, log } = watchFile({ byModificationTime: true });
  watch.readFirst();
  watch.start();
  write(7);
  await watch.refresh();
  expect([versions, log]).toEqual([['7 1'], []]);
});

test('by modification time, other content is served under the old serial', async () => {
  write(7);
  const { watch, versions } = watchFile({ byModificationTime: true });
  watch.readFirst();
  watch.start();
  write(7, 'a 5 A 10.0.0.1\n');
  await watch.refresh();
  expect(versions).toEqual(['7 1', '7 2']);
});

test('a faulty file leaves the old version, and is told once', async () => {
  write(7);
  const { watch, zone, versions, log } = watchFile();
  watch.readFirst();
  watch.start();
  write(8, 'broken\n');
  await watch.refresh();
  await watch.refresh();
  expect(zone.current?.serial).toBe(7);
  unlinkSync(path);
  await watch.refresh();
  await watch.refresh();
  write(9);
  await watch.refresh();
  expect(versions).toEqual(['7 1', '9 1']);
  expect(log).toEqual([
    '[ERROR] Parsing zone "z.test." in "/db": /db:2:7: type is missing',
    `[ERROR] Failed to open zone "z.test." in "/db": ENOENT: no such file or directory, open '/db'`,
    '[INFO] Successfully reloaded zone "z.test." in "/db" with 9 SOA serial',
  ]);
});

test('a file that comes later is served then', async () => {
  const { watch, zone, versions } = watchFile({ reload: 20 });
  expect(() => watch.readFirst()).toThrow('ENOENT');
  expect(zone.current).toBeUndefined();
  watch.start();
  write(7);
  await expect.poll(() => versions).toEqual(['7 1']);
});

test('included files are watched, too', async () => {
  const included = join(folder, 'more');
  writeFileSync(included, 'a 5 A 10.0.0.1\n');
  write(7, '$INCLUDE more\n');
  const { watch, versions } = watchFile({ byModificationTime: true });
  watch.readFirst();
  watch.start();
  writeFileSync(included, 'a 5 A 10.0.0.1\nb 5 A 10.0.0.2\n');
  await watch.refresh();
  expect(versions).toEqual(['7 2', '7 3']);
});

test('a mark of the byte order is no part of the file', () => {
  writeFileSync(path, '\u{feff}@ 5 SOA ns h 7 1 1 1 1\n');
  const { watch, versions } = watchFile();
  watch.readFirst();
  expect(versions).toEqual(['7 1']);
});

test('what is no zone file is an error at the first reading', () => {
  writeFileSync(path, 'broken\n');
  const { watch } = watchFile();
  expect(() => watch.readFirst()).toThrow(ZoneFileError);
});

test('what is left out is told with each new version', async () => {
  write(7, 'www.example. 5 A 10.0.0.1\n');
  const { watch, log } = watchFile();
  expect(watch.readFirst().map(({ place }) => place.line)).toEqual([2]);
  watch.start();
  write(8, 'www.example. 5 A 10.0.0.1\n');
  await watch.refresh();
  expect(log[0]).toBe('[WARNING] /db:2:1: a record at www.example., outside of the zone z.test.: left out');
});

test('a stopped watch serves no new version any more', async () => {
  write(7);
  const { watch, versions } = watchFile();
  watch.readFirst();
  watch.start();
  const large = Array.from({ length: 20_000 }, (_, n) => `a${n} 5 A 10.0.0.1\n`).join('');
  write(8, large);
  const reading = watch.refresh();
  watch.stop();
  await reading;
  expect(versions).toEqual(['7 1']);
});

test('others have their turn while a large file is read', async () => {
  write(7);
  const { watch, versions } = watchFile();
  watch.readFirst();
  watch.start();
  write(8, Array.from({ length: 50_000 }, (_, n) => `a${n} 5 A 10.0.0.1\n`).join(''));
  const reading = watch.refresh();
  let turns = 0;
  const count = (): void => {
    turns++;
    if (versions.length < 2) setImmediate(count);
  };
  setImmediate(count);
  await reading;
  expect(versions).toEqual(['7 1', '8 50001']);
  expect(turns).toBeGreaterThan(5);
});

test.skipIf(process.getuid?.() === 0)(
  'a file that becomes readable is served (not as root, who may read everything)',
  async () => {
    write(7);
    chmodSync(path, 0);
    const { watch, versions } = watchFile();
    expect(() => watch.readFirst()).toThrow('EACCES');
    watch.start();
    chmodSync(path, 0o600);
    await watch.refresh();
    expect(versions).toEqual(['7 1']);
  },
);
