import { describe, expect, it } from 'vitest';
import { text } from '../plugin-api/kinds.ts';
import { many, one } from '../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../plugin-api/plugin.ts';
import type { SetupContext, SharedKey } from '../plugin-api/context.ts';
import type { BlockSettings } from '../plugin-api/settings.ts';
import { buildConfiguration, type ConfigurationResult } from './configuration.ts';
import { idleHost, testOptions } from './testing.ts';

/** A plugin that shows what `setup` gets. */
function plugin(
  name: string,
  parts: Partial<Pick<Plugin, 'repeatable' | 'retired'>> & {
    readonly settings?: (word: string) => Partial<BlockSettings>;
    readonly look?: (words: readonly string[], context: SetupContext) => void;
  } = {},
): Plugin {
  const { settings, look, ...rest } = parts;
  return definePlugin({
    name,
    summary: 'For a test.',
    reads: 'question',
    repeatable: false,
    parameters: one(text('WORD'), { initial: '', summary: 'A word.' }),
    options: { more: many(text('WORD'), { initial: [], summary: 'More words.' }) },
    ...rest,
    setup(stanzas, context) {
      const words = stanzas.flatMap(({ argument, options }) => [argument, ...options.more]);
      look?.(words, context);
      return settings === undefined ? {} : { settings: settings(words.join()) };
    },
  });
}

function build(corefile: string, plugins: readonly Plugin[]): ConfigurationResult {
  const { options } = testOptions({ text: corefile });
  return buildConfiguration({ text: corefile, file: 'Corefile' }, { ...options, plugins, host: idleHost() });
}

function codes({ problems }: ConfigurationResult): string[] {
  return problems.map(({ code, place, severity }) => `${place.line}:${place.column} ${severity} ${code}`);
}

describe('the order', () => {
  it('is that of the chain in a block, and for each plugin that of the file', () => {
    const seen: string[] = [];
    const noting = (name: string): Plugin => plugin(name, { look: (words) => seen.push(`${name} ${words.join()}`) });
    const result = build('a. {\n late 1\n early 2\n}\nb. {\n late 3\n early 4\n}\n', [noting('early'), noting('late')]);
    expect(seen).toEqual(['early 2', 'early 4', 'late 1', 'late 3']);
    expect(result.configuration?.instances.map(({ name }) => name)).toEqual(['early', 'early', 'late', 'late']);
    expect(result.configuration?.blocks.map(({ instances }) => instances.map(({ name }) => name))).toEqual([
      ['early', 'late'],
      ['early', 'late'],
    ]);
  });
});

describe('settings', () => {
  it('are seen by later plugins of the block, and by nobody else', () => {
    const seen: unknown[] = [];
    const looks = (name: string): Plugin =>
      plugin(name, { look: (words, { block }) => seen.push([name, words.join(), block.settings.root]) });
    const sets = plugin('root', { settings: (root) => ({ root }) });
    const result = build('a. {\n root /a\n before 1\n after 2\n}\nb. {\n after 3\n}\n', [
      looks('before'),
      sets,
      looks('after'),
    ]);
    expect(seen).toEqual([
      ['before', '1', ''],
      ['after', '2', '/a'],
      ['after', '3', ''],
    ]);
    expect(result.configuration?.blocks.map(({ settings }) => settings.root)).toEqual(['/a', '']);
  });

  it.each([
    ['', 'zones/db', '/work/zones/db'],
    ['/etc', 'zones/db', '/etc/zones/db'],
    ['etc', 'zones/db', '/work/etc/zones/db'],
    ['/etc', '/abs', '/abs'],
  ])('root %j makes %s be %s', (root, path, expected) => {
    const found: string[] = [];
    const corefile = `. {\n${root === '' ? '' : ` root ${root}\n`} looks ${path}\n}\n`;
    const { options } = testOptions({ text: corefile });
    buildConfiguration(
      { text: corefile, file: 'Corefile' },
      {
        ...options,
        services: { ...options.services, workingDirectory: '/work' },
        host: idleHost(),
        plugins: [
          plugin('root', { settings: (word) => ({ root: word }) }),
          plugin('looks', { look: ([word = ''], { resolvePath }) => found.push(resolvePath(word)) }),
        ],
      },
    );
    expect(found).toEqual([expected]);
  });
});

describe('a directive', () => {
  it('may be repeated where the plugin wants that', () => {
    const seen: (readonly string[])[] = [];
    const corefile = '. {\n list a\n list b {\n more c d\n }\n}\n';
    expect(codes(build(corefile, [plugin('list', { repeatable: true, look: (words) => seen.push(words) })]))).toEqual(
      [],
    );
    expect(seen).toEqual([['a', 'b', 'c', 'd']]);
    expect(codes(build(corefile, [plugin('list')]))).toEqual(['3:2 error server/repeated-plugin']);
  });

  it('of old works, with one warning however often it stands there', () => {
    const result = build('. {\n old a\n old b\n}\n', [plugin('old', { retired: 'modern', repeatable: true })]);
    expect(result.configuration).toBeDefined();
    expect(result.problems).toEqual([
      expect.objectContaining({
        severity: 'warning',
        code: 'server/retired-directive',
        message: '"old" is an old spelling',
        hint: 'write "modern"',
      }),
    ]);
  });

  it.each([
    ['sey', 'did you mean "say"?'],
    ['quite-another-thing', '`clusterfirst plugins` lists all of them'],
  ])('%s is unknown: %s', (name, hint) => {
    expect(build(`. {\n ${name}\n}\n`, [plugin('say')]).problems).toEqual([
      expect.objectContaining({ code: 'server/unknown-directive', hint }),
    ]);
  });

  it('with bad options is not set up, so that nothing follows from them', () => {
    const seen: unknown[] = [];
    const result = build('. {\n say a b\n}\n', [plugin('say', { look: (words) => seen.push(words) })]);
    expect(codes(result)).toEqual(['2:8 error option/arguments']);
    expect(seen).toEqual([]);
  });

  it('may be refused by its plugin, in the plugin’s words', () => {
    const refuses = plugin('say', {
      look: (_words, { report }) =>
        report({ code: 'say/no', message: 'no', place: { file: 'Corefile', line: 2, column: 6, length: 1 } }),
    });
    const result = build('. {\n say a\n}\n', [refuses]);
    expect(codes(result)).toEqual(['2:6 error say/no']);
    expect(result.configuration).toBeUndefined();
  });
});

describe('the context', () => {
  it('knows listeners and neighbours when everything is set up', () => {
    const contexts: SetupContext[] = [];
    build('a.test 10.0.0.0/15 tls://b.test {\n looks x\n bind 127.0.0.1\n}\n', [
      plugin('looks', { look: (_words, context) => contexts.push(context) }),
      plugin('bind', { settings: (address) => ({ addresses: [address] }) }),
    ]);
    const block = contexts[0]?.block;
    expect(block?.zones.map((zone) => zone.text)).toEqual([
      'a.test.',
      '0.10.in-addr.arpa.',
      '1.10.in-addr.arpa.',
      'b.test.',
    ]);
    expect(block?.servers()).toEqual(['dns://127.0.0.1:53', 'dns://127.0.0.1:53', 'tls://127.0.0.1:853']);
    expect(block?.listeners()).toEqual([
      { transport: 'dns', address: '127.0.0.1', port: 53 },
      { transport: 'dns', address: '127.0.0.1', port: 53 },
    ]);
    expect(block?.instances().map(({ name }) => name)).toEqual(['looks', 'bind']);
  });

  it('shares a value among the blocks of one configuration, and among no two', () => {
    const key: SharedKey<object> = { name: 'test' };
    const values: object[] = [];
    const shares = plugin('say', { look: (_words, { shared }) => values.push(shared(key, () => ({}))) });
    for (let i = 0; i < 2; i++) build('a. {\n say x\n}\nb. {\n say y\n}\n', [shares]);
    expect(values[0]).toBe(values[1]);
    expect(values[2]).toBe(values[3]);
    expect(values[0]).not.toBe(values[2]);
  });
});
