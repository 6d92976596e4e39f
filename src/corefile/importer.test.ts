import { describe, expect, it } from 'vitest';
import type { ImportSource } from './import-source.ts';
import { memoryImports } from './memory-imports.ts';
import { parseCorefile, type Parsed } from './parse.ts';

function parse(text: string, imports: ImportSource, file = '/etc/coredns/Corefile'): Parsed {
  return parseCorefile(text, { file, environment: { NAME: 'conf.d' }, imports });
}

function directives({ corefile }: Parsed): string[] {
  return corefile.blocks.flatMap((block) => block.directives.map((line) => line.name.text));
}

const FILES = memoryImports({
  '/etc/coredns/conf.d/b.conf': 'errors',
  '/etc/coredns/conf.d/a.conf': '\u{feff}log # without a line end',
  '/etc/coredns/conf.d/sub/c.conf': 'import ../a.conf\ncache',
  '/etc/coredns/one/x': 'x',
  '/etc/coredns/two/x': 'x',
  '/etc/coredns/snippets': '(common) {\n log\n errors\n}\n(zone) {\n import conf.d/a.conf\n}\n',
  '/etc/coredns/server': 'a.test {\n whoami\n}\nb.test {\n log\n}',
  '/etc/coredns/keys': 'a.test b.test',
  '/etc/coredns/braces': '}\nc.test {',
  '/etc/coredns/self': 'log\nimport self',
  '/etc/coredns/ping': 'import pong',
  '/etc/coredns/pong': 'import ping',
  '/etc/coredns/empty': '# nothing',
});

describe('import takes', () => {
  it.each([
    ['a file beside the Corefile', '. {\n import conf.d/b.conf\n}', ['errors']],
    ['an absolute path', '. {\n import /etc/coredns/conf.d/b.conf\n}', ['errors']],
    ['files of a pattern in sorted order', '. {\n import conf.d/*.conf\n whoami\n}', ['log', 'errors', 'whoami']],
    ['a variable', '. {\n import {$NAME}/b.conf\n}', ['errors']],
    ['paths beside the importing file', '. {\n import conf.d/sub/c.conf\n}', ['log', 'cache']],
    [
      'snippets of a file, whose paths start there',
      'import snippets\n. {\n import common\n import zone\n}',
      ['log', 'errors', 'log'],
    ],
    ['whole server blocks', 'import server\n. {\n errors\n}', ['whoami', 'log', 'errors']],
    ['keys', 'import keys\n{\n log\n}', ['log']],
    ['more keys behind a comma', 'c.test,\nimport keys\n{\n log\n}', ['log']],
    [
      'braces that belong together with those around them',
      'a.test {\n log\n import braces\n errors\n}',
      ['log', 'errors'],
    ],
    ['a file without words', '. {\n import empty\n log\n}', ['log']],
    ['a file twice', '. {\n import conf.d/a.conf\n import conf.d/a.conf\n}', ['log', 'log']],
    ['a snippet before a file of that name', '(server) {\n errors\n}\n. {\n import server\n}', ['errors']],
  ])('%s', (_, text, names) => {
    const parsed = parse(text, FILES);
    expect(parsed.problems).toEqual([]);
    expect(directives(parsed)).toEqual(names);
  });

  it('paths beside /dev for standard input', () => {
    const imports = memoryImports({ '/dev/x': 'log' });
    expect(directives(parse('. {\n import x\n}', imports, '/dev/stdin'))).toEqual(['log']);
  });

  it('and tells which files it took', () => {
    expect(parse('. {\n import conf.d/sub/c.conf\n import conf.d/*.conf\n}', FILES).files).toEqual([
      '/etc/coredns/conf.d/sub/c.conf',
      '/etc/coredns/conf.d/a.conf',
      '/etc/coredns/conf.d/b.conf',
    ]);
  });

  it('10 000 snippets', () => {
    const text = (count: number): string => `(s) {\n log\n}\n. {\n${'import s\n'.repeat(count)}}`;
    expect(directives(parse(text(10_000), FILES))).toHaveLength(10_000);
    expect(parse(text(10_000), FILES).problems).toEqual([]);
    expect(parse(text(10_001), FILES).problems).toMatchObject([
      { severity: 'error', code: 'corefile/import-limit', place: { line: 10_005, column: 8 } },
    ]);
  });
});

describe('import refuses', () => {
  it.each([
    [
      'a file that is not there',
      '. {\n import conf.d/none\n}',
      'import-not-found',
      'there is neither a snippet "conf.d/none" above nor a file "/etc/coredns/conf.d/none"',
    ],
    [
      'a folder',
      '. {\n import conf.d\n}',
      'import-unreadable',
      'cannot import "/etc/coredns/conf.d": it is a directory',
    ],
    [
      'several wildcards',
      '. {\n import */*.conf\n}',
      'import-pattern',
      'the pattern "/etc/coredns/*/*.conf" has more than one "*" or "?", or a "["',
    ],
    [
      'sets of characters',
      '. {\n import conf.d/[ab].conf\n}',
      'import-pattern',
      'the pattern "/etc/coredns/conf.d/[ab].conf" has more than one "*" or "?", or a "["',
    ],
    ['itself', '. {\n import Corefile\n}', 'import-cycle', undefined],
    [
      'a file that imports itself',
      '. {\n import self\n}',
      'import-cycle',
      'the import never ends: "/etc/coredns/self" imports "/etc/coredns/self"',
    ],
    [
      'files that import each other',
      '. {\n import ping\n}',
      'import-cycle',
      'the import never ends: "/etc/coredns/ping" imports "/etc/coredns/pong" imports "/etc/coredns/ping"',
    ],
    [
      'a snippet that imports itself',
      '(s) {\n hosts {\n import s\n }\n}\n.',
      'import-cycle',
      'the import never ends: "s" imports "s"',
    ],
    [
      'snippets that import each other',
      '(a) {\n import b\n}\n(b) {\n import a\n}\n. {\n import a\n}',
      'import-cycle',
      'the import never ends: "a" imports "b" imports "a"',
    ],
  ])('%s', (_, text, code, message) => {
    const files = memoryImports({
      '/etc/coredns/Corefile': text,
      ...Object.fromEntries(
        ['self', 'ping', 'pong', 'conf.d/a.conf'].map((name) => [
          `/etc/coredns/${name}`,
          String(FILES.read(`/etc/coredns/${name}`)),
        ]),
      ),
    });
    const { problems } = parse(text, files);
    expect(problems[0]).toMatchObject({ severity: 'error', code: `corefile/${code}` });
    if (message !== undefined) expect(problems).toMatchObject([{ message }]);
  });

  it('a file that cannot be read', () => {
    const imports = { ...FILES, read: () => new Error('permission denied') };
    expect(parse('. {\n import server\n}', imports).problems).toMatchObject([
      { code: 'corefile/import-unreadable', message: 'cannot import "/etc/coredns/server": permission denied' },
    ]);
  });

  it.each([
    ['comon', 'did you mean the snippet "common"?'],
    ['conf.d/x', 'paths are relative to the folder of /etc/coredns/Corefile'],
    ['other', 'define the snippet, (other) { … }, before it is used, or write the path of a file'],
  ])('%s with a hint', (name, hint) => {
    expect(parse(`import snippets\n. {\n import ${name}\n}`, FILES).problems).toMatchObject([{ hint }]);
  });

  it('and says once that a snippet imports itself', () => {
    expect(parse('(s) {\n import s\n}\n. {\n import s\n}', FILES).problems).toMatchObject([
      { code: 'corefile/import-cycle', place: { line: 2, column: 9 } },
    ]);
  });

  it('and says it once, however often the place is imported', () => {
    expect(parse('(s) {\n import none\n}\n. {\n import s\n import s\n}', FILES).problems).toHaveLength(1);
  });
});
