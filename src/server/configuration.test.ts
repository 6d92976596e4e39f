import { describe, expect, it } from 'vitest';
import { definePlugin, type Plugin } from '../plugin-api/plugin.ts';
import { none } from '../plugin-api/options.ts';
import {
  buildConfiguration,
  configurationFingerprint,
  type ConfigurationOptions,
  type ConfigurationResult,
  startPlugins,
  stopPlugins,
} from './configuration.ts';
import { idleHost, testOptions } from './testing.ts';

function build(text: string, changes: Partial<ConfigurationOptions> = {}): ConfigurationResult & { log: string[] } {
  const { options, log } = testOptions({ text });
  return { ...buildConfiguration({ text, file: 'Corefile' }, { ...options, host: idleHost(), ...changes }), log };
}

/** `FILE:LINE:COLUMN CODE`, warnings marked. */
function problemsOf({ problems }: ConfigurationResult): string[] {
  return problems.map(
    ({ severity, code, place }) =>
      `${place.file}:${place.line}:${place.column} ${code}${severity === 'warning' ? ' (warning)' : ''}`,
  );
}

describe('problems', () => {
  it.each<[what: string, text: string, problems: readonly string[]]>([
    ['nothing wrong', '. {\n say x\n}\n', []],
    ['a block that is not closed', '. {\n say x\n', ['Corefile:1:3 corefile/unclosed-block']],
    ['an unknown directive', '. {\n sai x\n}\n', ['Corefile:2:2 server/unknown-directive']],
    ['a plugin that is not there', '. {\n geoip x {\n a b\n }\n}\n', ['Corefile:2:2 server/unsupported-plugin']],
    ['an unknown option', '. {\n say x {\n  latter\n }\n}\n', ['Corefile:3:3 option/unknown']],
    ['too many arguments', '. {\n say x y\n}\n', ['Corefile:2:8 option/arguments']],
    ['a plugin twice', '. {\n say x\n say y\n}\n', ['Corefile:3:2 server/repeated-plugin']],
    ['two blocks for one zone', '. {\n say x\n}\n. {\n say y\n}\n', ['Corefile:4:1 server/defined-twice']],
    ['a bad key', 'a..b {\n say x\n}\n', ['Corefile:1:1 corefile/key-zone']],
    [
      'everything at once, in reading order',
      'a..b {\n sai x\n}\n. {\n say\n}\n.:53 {\n say x {\n  throws now\n }\n}\n',
      [
        'Corefile:1:1 corefile/key-zone',
        'Corefile:2:2 server/unknown-directive',
        'Corefile:5:2 option/arguments',
        'Corefile:7:1 server/defined-twice',
        'Corefile:9:10 option/arguments',
      ],
    ],
  ])('%s', (_what, text, problems) => {
    const result = build(text);
    expect(problemsOf(result)).toEqual(problems);
    expect(result.configuration === undefined).toBe(problems.length > 0);
  });

  it('that are warnings alone refuse nothing', () => {
    const result = build('a_b.test {\n say x\n}\n');
    expect(problemsOf(result)).toEqual(['Corefile:1:1 corefile/key-style (warning)']);
    expect(result.configuration).toBeDefined();
  });

  it('of imported files stand with their own places', () => {
    const files: Readonly<Record<string, string>> = { '/etc/more': 'say x\nsai y\n' };
    const result = build('. {\n import /etc/more\n}\n', {
      imports: {
        absolute: (path) => path,
        kind: (path) => (path in files ? 'file' : undefined),
        list: () => [],
        read: (path) => files[path] ?? new Error('no such file'),
      },
    });
    expect(problemsOf(result)).toEqual(['/etc/more:2:1 server/unknown-directive']);
    expect(result.files).toContain('/etc/more');
  });
});

/** A directive of the built-in configuration. */
function word(name: string): Plugin {
  return definePlugin({
    name,
    summary: 'Stands in the built-in configuration.',
    reads: 'question',
    repeatable: false,
    parameters: none(),
    options: {},
    setup: () => ({ handle: () => null }),
  });
}

describe('an empty configuration', () => {
  it.each(['', '\n\n', '# nothing but a comment\n'])('%j runs the built-in one', (text) => {
    const { configuration, problems } = build(text, { plugins: [word('log'), word('whoami')], defaultPort: 1053 });
    expect(problems).toEqual([]);
    expect(
      configuration?.listeners.map(({ where, routes }) => [where.port, routes.map(({ zone }) => zone.text)]),
    ).toEqual([[1053, ['.']]]);
    expect(configuration?.instances.map(({ name }) => name)).toEqual(['log', 'whoami']);
  });

  it('is not meant where a file is only wrong', () => {
    expect(problemsOf(build('. {\n'))).toEqual(['Corefile:1:3 corefile/unclosed-block']);
  });
});

describe('the fingerprint', () => {
  const { options } = testOptions({ text: '' });
  const fingerprint = (text: string, file = 'Corefile'): string => {
    const result = configurationFingerprint({ text, file }, { ...options, host: idleHost() });
    return 'fingerprint' in result ? result.fingerprint : result.problems.map(({ code }) => code).join();
  };

  it('is a SHA-512 and that of the configuration', () => {
    const text = '. {\n say x\n}\n';
    expect(fingerprint(text)).toMatch(/^[0-9a-f]{128}$/);
    expect(build(text).configuration?.fingerprint).toBe(fingerprint(text));
  });

  it('does not change with comments and blanks', () => {
    const text = '. {\n say x\n}\n';
    expect(fingerprint('# hello\n. {\n    say x # word\n}\n').length).toBe(128);
    expect(fingerprint('. {\n say x\n}\n')).toBe(fingerprint(text));
    expect(fingerprint('. {\n say y\n}\n')).not.toBe(fingerprint(text));
  });

  it('of a text that cannot be read is what is wrong with it', () => {
    expect(fingerprint('. {\n')).toBe('corefile/unclosed-block');
  });
});

describe('plugins', () => {
  const two = 'a.test:53 {\n say one\n}\nb.test:53 {\n say two {\n refuses\n }\n}\nc.test:53 {\n say three\n}\n';

  it('that cannot start stop those before them', async () => {
    const { configuration, log } = build(two);
    if (configuration === undefined) throw new Error('refused');
    await expect(startPlugins(configuration)).rejects.toThrow('two cannot start');
    expect(log).toEqual([
      '[INFO] plugin/say: start one',
      '[INFO] plugin/say: stop one for reload',
      '[INFO] plugin/say: stop two for reload',
    ]);
  });

  it('stop all, whatever one of them says', async () => {
    const { configuration } = build('. {\n say x\n}\n');
    if (configuration === undefined) throw new Error('refused');
    const stopped: string[] = [];
    const failures = await stopPlugins(
      {
        ...configuration,
        instances: [
          { name: 'a', instance: { stop: async (reason) => Promise.reject(new Error(`no ${reason}`)) } },
          { name: 'b', instance: { stop: async (reason) => void stopped.push(reason) } },
          { name: 'c', instance: {} },
        ],
      },
      'shutdown',
    );
    expect(failures).toEqual([new Error('no shutdown')]);
    expect(stopped).toEqual(['shutdown']);
  });
});
