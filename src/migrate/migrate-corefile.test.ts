import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readWords } from '../corefile/lexer.ts';
import { memoryImports } from '../corefile/memory-imports.ts';
import { parseCorefile } from '../corefile/parse.ts';
import { printChange } from './change.ts';
import { migrateCorefile } from './migrate-corefile.ts';
import { migrated } from './testing.ts';
import { Span, type Version } from './versions.ts';

/** A server block of these lines. */
function block(...lines: readonly string[]): string {
  return `.:53 {\n${lines.map((line) => `    ${line}\n`).join('')}}\n`;
}

type Case = readonly [about: string, from: Version, to: Version, before: readonly string[], after: readonly string[]];

const rules: readonly Case[] = [
  [
    'startup and shutdown',
    '1.0.0',
    '1.1.0',
    ['startup echo a b', 'shutdown x'],
    ['on startup echo a b', 'on shutdown x'],
  ],
  ['startup, still there', '1.0.0', '1.0.6', ['startup echo a b'], ['startup echo a b']],
  ['reverse', '1.0.0', '1.2.0', ['reverse 10.0.0.0/8 {', '    hostname x', '}', 'whoami'], ['whoami']],
  ['federation', '1.6.0', '1.7.0', ['federation cluster.local {', '    a b.c', '}', 'whoami'], ['whoami']],
  ['federation, still there', '1.5.0', '1.6.9', ['federation { a b.c', '    }'], ['federation { a b.c', '    }']],

  [
    'kubernetes upstream',
    '1.3.0',
    '1.4.0',
    ['kubernetes {', '    upstream', '    ttl 3', '}'],
    ['kubernetes {', '    ttl 3', '}'],
  ],
  [
    'kubernetes upstream, still there',
    '1.2.1',
    '1.3.1',
    ['kubernetes {', '    upstream', '}'],
    ['kubernetes {', '    upstream', '}'],
  ],
  ['kubernetes resyncperiod', '1.5.0', '1.5.0', ['kubernetes {', '    resyncperiod 5m', '}'], ['kubernetes {', '}']],
  [
    'kubernetes endpoint',
    '1.3.0',
    '1.3.1',
    ['kubernetes {', '    endpoint {$API} "http://b" # c', '}'],
    ['kubernetes {', '    endpoint {$API} # c', '}'],
  ],
  [
    'kubernetes with one endpoint',
    '1.3.0',
    '1.3.1',
    ['kubernetes {', '    endpoint http://a', '}'],
    ['kubernetes {', '    endpoint http://a', '}'],
  ],
  [
    'kubernetes transfer',
    '1.7.0',
    '1.8.0',
    [
      'kubernetes cluster.local in-addr.arpa {',
      '    transfer to 10.0.0.1',
      '    pods insecure',
      '    transfer to "{$X}" *',
      '} # c',
      'errors',
    ],
    [
      'kubernetes cluster.local in-addr.arpa {',
      '    pods insecure',
      '} # c',
      'transfer cluster.local {',
      '    to 10.0.0.1',
      '    to "{$X}" *',
      '}',
      'errors',
    ],
  ],
  ['kubernetes transfer to nobody', '1.7.0', '1.8.0', ['kubernetes {', '    transfer to', '}'], ['kubernetes {', '}']],
  [
    'kubernetes transfer, still there',
    '1.7.0',
    '1.7.1',
    ['kubernetes {', '    transfer to *', '}'],
    ['kubernetes {', '    transfer to *', '}'],
  ],

  ['proxy', '1.3.1', '1.4.0', ['proxy . 1.1.1.1 # c', 'loop'], ['forward . 1.1.1.1 # c', 'loop']],
  ['proxy, still there', '1.2.1', '1.3.1', ['proxy . 1.1.1.1', 'loop'], ['proxy . 1.1.1.1', 'loop']],
  [
    'options of proxy',
    '1.3.1',
    '1.4.0',
    [
      'proxy . 1.1.1.1 {',
      '    policy first',
      '    fail_timeout 10s',
      '    max_fails 3',
      '    health_check /h:80',
      '    spray',
      '    except a.test',
      '    protocol dns force_tcp',
      '}',
      'loop',
    ],
    ['forward . 1.1.1.1 {', '    policy sequential', '    except a.test', '    force_tcp', '}', 'loop'],
  ],
  [
    'least_conn',
    '1.3.1',
    '1.4.0',
    ['proxy . a {', '    policy least_conn', '}', 'loop'],
    ['forward . a {', '    policy random', '}', 'loop'],
  ],
  [
    'round_robin',
    '1.3.1',
    '1.4.0',
    ['proxy . a {', '    policy round_robin', '}', 'loop'],
    ['forward . a {', '    policy round_robin', '}', 'loop'],
  ],
  [
    'protocol force_tcp',
    '1.3.1',
    '1.4.0',
    ['proxy . a {', '    protocol force_tcp x', '}', 'loop'],
    ['forward . a {', '    force_tcp', '}', 'loop'],
  ],
  ['protocol dns', '1.3.1', '1.4.0', ['proxy . a {', '    protocol dns', '}', 'loop'], ['forward . a {', '}', 'loop']],
  [
    'protocol grpc',
    '1.3.1',
    '1.4.0',
    ['proxy . a {', '    protocol grpc insecure', '}', 'loop'],
    ['forward . a {', '}', 'loop'],
  ],
  [
    'protocol https_google',
    '1.1.3',
    '1.1.4',
    ['proxy . a {', '    protocol https_google', '    spray', '}'],
    ['proxy . a {', '    spray', '}'],
  ],

  ['loop, beside proxy', '1.2.0', '1.2.1', ['proxy . a'], ['proxy . a', 'loop']],
  ['loop, beside forward', '1.2.0', '1.2.1', ['forward . a', 'errors'], ['forward . a', 'errors', 'loop']],
  ['loop, without either', '1.2.0', '1.2.1', ['whoami'], ['whoami']],
  ['no loop on purpose', '1.2.1', '1.2.6', ['forward . a'], ['forward . a']],
  ['ready', '1.4.0', '1.5.0', ['kubernetes'], ['kubernetes', 'ready']],
  ['no ready on purpose', '1.5.0', '1.6.0', ['kubernetes'], ['kubernetes']],
  ['ready, there', '1.4.0', '1.5.0', ['ready', 'kubernetes'], ['ready', 'kubernetes']],
  ['lameduck', '1.6.4', '1.6.5', ['health :8081 # c'], ['health :8081 {', '    lameduck 5s', '} # c']],
  ['lameduck, there', '1.6.4', '1.6.5', ['health {', '    lameduck 1s', '}'], ['health {', '    lameduck 1s', '}']],
  [
    'max_concurrent',
    '1.6.9',
    '1.7.0',
    ['forward . a', 'forward b c {', '\tprefer_udp', '}'],
    ['forward . a {', '    max_concurrent 1000', '}', 'forward b c {', '\tprefer_udp', '\tmax_concurrent 1000', '}'],
  ],

  [
    'fail_fast',
    '1.11.4',
    '1.12.0',
    ['forward . a {', '    fail_fast', '}'],
    ['forward . a {', '    failfast_all_unhealthy_upstreams', '}'],
  ],
  [
    'header',
    '1.9.0',
    '1.12.4',
    ['header {', '    set ra aa', '    query clear rd', '    CLEAR rd', '}'],
    ['header {', '    response set ra aa', '    query clear rd', '    response CLEAR rd', '}'],
  ],

  [
    'etcd',
    '1.0.0',
    '1.4.0',
    ['etcd {', '    stubzones', '    debug', '    path /x', '    upstream 1.1.1.1', '}'],
    ['etcd {', '    path /x', '}'],
  ],
  ...(['file f', 'auto', 'secondary', 'template', 'route53', 'clouddns'] as const).map(
    (plugin): Case => [
      `${plugin} upstream`,
      '1.3.1',
      '1.4.0',
      [`${plugin} {`, '    upstream 1.1.1.1', '}'],
      [`${plugin} {`, '}'],
    ],
  ),
  [
    'file transfer',
    '1.7.0',
    '1.8.0',
    ['file db a.test b.test {', '    transfer to *', '}'],
    ['file db a.test b.test {', '}', 'transfer a.test b.test {', '    to *', '}'],
  ],
  [
    'auto transfer',
    '1.7.0',
    '1.8.0',
    ['auto {', '    transfer to *', '}'],
    ['auto {', '}', 'transfer {', '    to *', '}'],
  ],
  [
    'secondary transfer',
    '1.7.0',
    '1.8.0',
    ['secondary a.test {', '    transfer from 10.0.0.1', '    transfer to 10.0.0.2', '}'],
    ['secondary a.test {', '    transfer from 10.0.0.1', '}', 'transfer a.test {', '    to 10.0.0.2', '}'],
  ],
  ['no_reload', '1.4.0', '1.5.0', ['file db {', '    no_reload', '}'], ['file db {', '    reload 0', '}']],
  [
    'no_reload beside reload',
    '1.4.0',
    '1.5.0',
    ['file db {', '    reload 3s', '    no_reload', '}'],
    ['file db {', '    reload 3s', '}'],
  ],
  ['auto timeout', '1.4.0', '1.5.0', ['auto {', '    timeout 30', '}'], ['auto {', '    reload 30s', '}']],
  ['auto timeout as a duration', '1.4.0', '1.5.0', ['auto {', '    timeout 1m', '}'], ['auto {', '    reload 1m', '}']],
  [
    'TIMEOUT of directory',
    '1.4.0',
    '1.5.0',
    ['auto {', '    directory /z (.*) {1} 30 # c', '}'],
    ['auto {', '    directory /z (.*) {1} # c', '    reload 30s', '}'],
  ],
  [
    'TIMEOUT of directory and no_reload',
    '1.4.0',
    '1.5.0',
    ['auto {', '    directory /z (.*) {1} 30', '    no_reload', '}'],
    ['auto {', '    directory /z (.*) {1}', '    reload 0', '}'],
  ],
];

describe('rules', () => {
  it.each(rules)('%s', (_, from, to, before, after) => {
    const { corefile, changes } = migrated(block(...before), from, to);
    expect(corefile).toBe(block(...after));
    expect(changes.some(({ action }) => action !== 'note')).toBe(before.join() !== after.join());
    expect(migrated(corefile, from, to).corefile).toBe(corefile);
  });
});

describe('stub domains', () => {
  it('get a server block each', () => {
    const before = block(
      'bind 127.0.0.1',
      'proxy . 1.1.1.1',
      'proxy a.test 1.1.1.2 {',
      '    except x.a.test # c',
      '    spray',
      '}',
      'proxy 10.0.0.0/8 1.1.1.3',
      'loop',
    );
    const { corefile } = migrated(before, '1.3.1', '1.6.0');
    expect(corefile).toBe(`.:53 {
    bind 127.0.0.1
    forward . 1.1.1.1
    loop
}

a.test:53 {
    bind 127.0.0.1
    errors
    cache 30
    forward . 1.1.1.2 {
        except x.a.test # c
    }
    loop
}

10.0.0.0/8:53 {
    bind 127.0.0.1
    errors
    cache 30
    forward . 1.1.1.3
    loop
}
`);
    expect(migrated(corefile, '1.3.1', '1.6.0').corefile).toBe(corefile);
  });

  it('come together when they are the same', () => {
    const { corefile } = migrated('. {\n  proxy a.test 1.1.1.1\n  proxy a.test 1.1.1.2\n  loop\n}', '1.4.0', '1.5.0');
    expect(corefile).toBe(`. {
  loop
}

a.test {
  errors
  cache 30
  forward . 1.1.1.1
  forward . 1.1.1.2
  loop
}`);
  });

  it.each([
    ['a block with other keys', 'b.test {\n    proxy a.b.test x\n    proxy . y\n    loop\n}\n'],
    ['a block that is there', '. {\n    proxy a.test x\n    proxy . y\n    loop\n}\nA.test.:53 {\n    whoami\n}\n'],
    ['a snippet', '(s) {\n    proxy a.test x\n}\n. {\n    import s\n    proxy . y\n    loop\n}\n'],
  ])('stay with %s', (_, before) => {
    const old = migrated(before, '1.3.1', '1.6.0');
    expect(old.corefile).toBe(before.replaceAll('proxy', 'forward'));
    expect(old.changes.filter(({ action }) => action === 'note').map(({ what }) => what)).toContainEqual(
      expect.stringMatching(/^left "forward .*" where it is, beside another forward$/),
    );
    const latest = migrated(before, '1.3.1');
    expect(latest.changes.filter(({ what }) => what.startsWith('left'))).toEqual([]);
  });

  it('stay where somebody put them since', () => {
    const text = block('forward . a', 'forward a.test b');
    expect(migrated(text, '1.9.4').corefile).toBe(text);
  });
});

describe('a Corefile', () => {
  it.each([
    ['comments', '# a\n. { # b\n    # c\n    errors # d\n    # e\n} # f\n# g\n'],
    ['odd spaces', '\n\n.   a.test\n{\n\terrors\n\n\n  cache   30\n}'],
    ['carriage returns', '. {\r\n    errors\r\n}\r\n'],
    ['a byte order mark', '\u{feff}. {\n    errors\n}\n'],
    ['no braces', '.\nerrors\n'],
    ['nothing', ''],
  ])('that is up to date stays as it is: %s', (_, text) => {
    expect(migrated(text, '1.0.0')).toEqual({ corefile: text, changes: [] });
  });

  it.each([
    [
      'tabs',
      '. {\n\tkubernetes {\n\t\tupstream\n\t}\n\thealth\n}\n',
      '. {\n\tkubernetes {\n\t}\n\thealth {\n\t\tlameduck 5s\n\t}\n\tready\n}\n',
    ],
    ['two spaces', '. {\n  health\n}\n', '. {\n  health {\n    lameduck 5s\n  }\n}\n'],
    [
      'carriage returns',
      '. {\r\n    health\r\n    kubernetes\r\n}\r\n',
      '. {\r\n    health {\r\n        lameduck 5s\r\n    }\r\n    kubernetes\r\n    ready\r\n}\r\n',
    ],
    ['a byte order mark', '\u{feff}. {\n    health\n}\n', '\u{feff}. {\n    health {\n        lameduck 5s\n    }\n}\n'],
    ['no braces', '.\nkubernetes', '.\nkubernetes\nready'],
    ['a brace on the next line', '.\n{\n    kubernetes\n}\n', '.\n{\n    kubernetes\n    ready\n}\n'],
    [
      'options on one line',
      '. {\n    kubernetes { upstream\n    }\n    ready\n}\n',
      '. {\n    kubernetes {\n    }\n    ready\n}\n',
    ],
    [
      'a brace that is an argument',
      '. {\n    health { foo }\n}\n',
      '. {\n    health {\n        lameduck 5s\n    foo }\n}\n',
    ],
    [
      'a retired option with the brace',
      '. {\n    ready\n    kubernetes {\n        upstream }\n}\n',
      '. {\n    ready\n    kubernetes {\n        }\n}\n',
    ],
    ['an empty block', '. {\n    health { }\n}\n', '. {\n    health {\n        lameduck 5s\n    }\n}\n'],
    [
      'a comment behind the brace',
      '. {\n    forward . a { # c\n        expire 3s }\n    loop\n}\n',
      '. {\n    forward . a {\n        max_concurrent 1000\n    # c\n        expire 3s }\n    loop\n}\n',
    ],
    [
      'snippets on one line',
      '(h) { health }\n. {\n    import h\n}\n',
      '(h) { health {\n    lameduck 5s\n} }\n. {\n    import h\n}\n',
    ],
    [
      'options in a snippet',
      '(o) {\n    upstream\n    pods insecure\n}\n. {\n    ready\n    kubernetes {\n        import o\n    }\n}\n',
      '(o) {\n    pods insecure\n}\n. {\n    ready\n    kubernetes {\n        import o\n    }\n}\n',
    ],
    [
      'a snippet that is imported twice',
      '(o) {\n    health\n}\na {\n    import o\n}\nb {\n    import o\n}\n',
      '(o) {\n    health {\n        lameduck 5s\n    }\n}\na {\n    import o\n}\nb {\n    import o\n}\n',
    ],
    ['keys with commas', 'a,\nb {\n    kubernetes\n}\n', 'a,\nb {\n    kubernetes\n    ready\n}\n'],
    [
      'comments behind what goes',
      '. {\n    ready\n    kubernetes {\n        # above\n        upstream # beside\n        # below\n    }\n}\n',
      '. {\n    ready\n    kubernetes {\n        # above\n        # beside\n        # below\n    }\n}\n',
    ],
  ])('keeps the rest: %s', (_, before, after) => {
    expect(migrated(before, '1.0.0').corefile).toBe(after);
  });

  it('says where and why', () => {
    const before =
      '# DNS\n. {\n    kubernetes {\n        upstream\n    }\n\n    ready\n    proxy a.test x # stub\n    loop\n}\n';
    expect(
      migrated(before, '1.2.1', '1.7.0').changes.map((change) => printChange(change).replace(/ \(.*/, '')),
    ).toEqual([
      'Corefile:4: removed "upstream" from kubernetes',
      'Corefile:8: wrote "forward" in place of "proxy"',
      'Corefile:8: moved "forward a.test" to a server block "a.test" at the end, with errors, cache, loop',
      'Corefile:8: added "max_concurrent 1000" to forward',
    ]);
    const [first] = migrated(before, '1.2.1', '1.7.0').changes;
    expect(first).toEqual({
      action: 'remove',
      file: 'Corefile',
      line: 4,
      what: 'removed "upstream" from kubernetes',
      why: 'the server itself resolves the targets of aliases; from 1.7.0 on CoreDNS does not start with it',
      version: '1.4.0',
    });
  });

  it('tells what to do in files that it imports', () => {
    const files = { '/more': 'kubernetes {\n  upstream\n}\nforward . a' };
    const text = '. {\n    import /more\n    import /more\n}\n';
    const { corefile, changes } = migrated(text, '1.6.0', '1.7.0', files);
    expect(corefile).toBe(text);
    expect(changes.map((change) => printChange(change).replace(/ \(.*/, ''))).toEqual([
      '/more:2: to do by hand in this file: removed "upstream" from kubernetes',
      '/more:4: to do by hand in this file: added "max_concurrent 1000" to forward',
    ]);
  });

  it('is told what else an upgrade means', () => {
    const text = block('kubernetes', 'prometheus', 'ready');
    expect(migrated(text, '1.5.0').changes.map(({ action, version }) => [action, version])).toEqual([
      ['note', '1.8.1'],
      ['note', '1.9.0'],
      ['note', '1.7.0'],
    ]);
    expect(migrated(text, '1.9.0').changes).toEqual([]);
  });

  it.each([
    ['. {\n log {\n', 'corefile/unclosed-block'],
    ['.\nkubernetes\nlog "x', 'corefile/unclosed-quote'],
  ])('that cannot be read is refused: %j', (text, code) => {
    const options = {
      file: 'Corefile',
      environment: {},
      imports: memoryImports({}),
      span: new Span('1.0.0', '1.15.0'),
    };
    expect(migrateCorefile(text, options)).toEqual({ errors: [expect.objectContaining({ code })] });
  });
});

const LINES = [
  ['', '# c1', 'errors # c2', 'health', 'health # c3', 'health { # c4\n}', 'cache 30', 'loop', 'ready'],
  ['import s', 'import t', 'import f', 'on startup x', 'startup x', 'log "a\n b"', 'reverse { x\n}'],
  [
    'proxy . a',
    'proxy b.test c { # c5\nspray # c6\n}',
    'proxy d.test e {\nprotocol dns force_tcp }',
    'forward . f {\nimport o\n}',
  ],
  ['kubernetes {\nupstream\n}', 'kubernetes k.test {\n  transfer to *\n  upstream # c7\n}', 'kubernetes { upstream\n}'],
  ['auto {\ndirectory /z (.*) {1} 30\nno_reload\n}', 'file db a.test {\ntransfer to * # c8\n}', 'etcd {\nstubzones }'],
].flat();

it('any Corefile can be read afterwards, has its comments, and nothing changes the second time', () => {
  const body = fc.array(fc.constantFrom(...LINES), { maxLength: 6 }).map((lines) => lines.join('\n'));
  const opening = fc.constantFrom(' {\n', '\n{\n', ' { # c9\n', ',\nz.test {\n');
  const keys = fc.constantFrom('.', '.:53', 'a.test', 'b.test:53', '(s)', '(t)', 'import k');
  const closing = fc.constantFrom('\n}\n', '\n}\n\n# c0\n', '\n} # c0\n');
  const blocks = fc.tuple(keys, opening, body, closing).map((parts) => parts.join(''));
  const file = fc
    .tuple(fc.constantFrom('', '(s) { health }\n', '\u{feff}'), fc.array(blocks, { minLength: 1, maxLength: 4 }))
    .map(([a, b]) => `${a}(o) {\nexcept x\n}\n(t) {\nproxy . z\n}\n${b.join('')}`);
  const from = fc.constantFrom<Version[]>('1.0.0', '1.2.0', '1.3.1', '1.4.0', '1.6.0', '1.9.0');
  const imports = memoryImports({ '/f': 'health\nproxy . q', '/k': 'k.test' });
  fc.assert(
    fc.property(file, from, (text, version) => {
      const options = { file: 'Corefile', environment: {}, imports, span: new Span(version, '1.15.0') };
      const migration = migrateCorefile(text, options);
      if ('errors' in migration) return;
      const errors = parseCorefile(migration.corefile, options).problems.filter(({ severity }) => severity === 'error');
      expect(errors).toEqual([]);
      expect(commentsOf(migration.corefile)).toEqual(commentsOf(text));
      const again = migrateCorefile(migration.corefile, options);
      expect('corefile' in again && again.corefile).toBe(migration.corefile);
      expect('changes' in again && again.changes.filter(({ action }) => action !== 'note')).toEqual([]);
    }),
    { numRuns: 2_000 },
  );
});

function commentsOf(text: string): readonly string[] {
  return readWords(text, 'Corefile')
    .comments.map((comment) => comment.text)
    .toSorted();
}
