import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RCODE } from '../dns/codes.ts';
import { DomainName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { type RunningServer, startServing } from './serving.ts';
import { candidates, lookUp } from './stub-resolver.ts';
import { freePort } from './testing.ts';

const search = ['default.svc.cluster.local', 'svc.cluster.local', 'cluster.local'];

describe('candidates', () => {
  it.each<[name: string, ndots: number, expected: readonly string[]]>([
    ['web', 5, ['web.default.svc.cluster.local.', 'web.svc.cluster.local.', 'web.cluster.local.', 'web.']],
    ['web.', 5, ['web.']],
    [
      'a.b.c.d.e',
      5,
      [
        'a.b.c.d.e.default.svc.cluster.local.',
        'a.b.c.d.e.svc.cluster.local.',
        'a.b.c.d.e.cluster.local.',
        'a.b.c.d.e.',
      ],
    ],
    [
      'a.b.c.d.e.f',
      5,
      [
        'a.b.c.d.e.f.',
        'a.b.c.d.e.f.default.svc.cluster.local.',
        'a.b.c.d.e.f.svc.cluster.local.',
        'a.b.c.d.e.f.cluster.local.',
      ],
    ],
    [
      'example.com',
      1,
      [
        'example.com.',
        'example.com.default.svc.cluster.local.',
        'example.com.svc.cluster.local.',
        'example.com.cluster.local.',
      ],
    ],
    ['web', 0, ['web.', 'web.default.svc.cluster.local.', 'web.svc.cluster.local.', 'web.cluster.local.']],
    // A dot that is a part of a label does not count.
    [
      String.raw`a\.b`,
      1,
      [
        String.raw`a\.b.default.svc.cluster.local.`,
        String.raw`a\.b.svc.cluster.local.`,
        String.raw`a\.b.cluster.local.`,
        String.raw`a\.b.`,
      ],
    ],
  ])('of %s with ndots %i', (name, ndots, expected) => {
    expect(candidates(name, { search, ndots }).map((candidate) => candidate.text)).toEqual(expected);
  });

  it('are names that are not too long', () => {
    const long = `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(55)}`;
    expect(candidates(long, { search, ndots: 5 }).map((candidate) => candidate.text)).toEqual([
      `${long}.cluster.local.`,
      `${long}.`,
    ]);
  });

  it.each(['a..b', '.a', 'a'.repeat(64), 'a..'])('of %s are none', (name) => {
    expect(() => candidates(name, { search, ndots: 5 })).toThrow(/is no domain name/);
  });
});

describe('a look-up', () => {
  let running: RunningServer;
  let server = { address: '127.0.0.1', port: 0 };

  beforeAll(async () => {
    server = { address: '127.0.0.1', port: await freePort() };
    const big = Array.from({ length: 4 }, (_, i) => ` answer "{{ .Name }} 5 IN TXT ${String(i).repeat(250)}"`);
    const text = [
      `test:${server.port} {`,
      ' bind 127.0.0.1',
      ' template IN A good.test {\n answer "{{ .Name }} 5 IN A 10.0.0.1"\n }',
      ' template IN MX good.test {\n rcode NOERROR\n }',
      ' template IN A fails.test {\n rcode SERVFAIL\n }',
      ` template IN TXT big.test {\n${big.join('\n')}\n }`,
      ' template IN ANY test {\n rcode NXDOMAIN\n }',
      '}',
    ].join('\n');
    running = await startServing({
      corefile: async () => ({ text, file: 'Corefile' }),
      workingDirectory: '/',
      environment: {},
      output: () => {},
    });
  });

  afterAll(() => running.stop());

  it.each<[what: string, names: readonly string[], type: number, found: string, rcode: number, answers: number]>([
    [
      'takes the first name that exists',
      ['no.test', 'a.good.test', 'b.good.test'],
      TYPE.A,
      'a.good.test.',
      RCODE.NOERROR,
      1,
    ],
    [
      'takes a name without records of the type',
      ['no.test', 'good.test', 'a.good.test'],
      TYPE.MX,
      'good.test.',
      RCODE.NOERROR,
      0,
    ],
    ['stops at a failure', ['no.test', 'fails.test', 'good.test'], TYPE.A, 'fails.test.', RCODE.SERVFAIL, 0],
    ['ends with the last name', ['no.test', 'nor.test'], TYPE.A, 'nor.test.', RCODE.NXDOMAIN, 0],
    ['asks again by TCP when the answer is cut', ['big.test'], TYPE.TXT, 'big.test.', RCODE.NOERROR, 4],
  ])('%s', async (_what, names, type, found, rcode, answers) => {
    const parsed = names.map((name) => DomainName.parse(name));
    const { name, reply } = await lookUp(parsed, type, server);
    expect([name.text, reply.rcode, reply.answers.length]).toEqual([found, rcode, answers]);
  });

  it('says in one line that nobody answers', async () => {
    const port = await freePort();
    const failure = lookUp([DomainName.parse('a.test')], TYPE.A, { address: '127.0.0.1', port });
    await expect(failure).rejects.toThrow(
      new RegExp(
        `^the DNS server at 127\\.0\\.0\\.1:${port} gives no answer: .*connection refused; check that it runs, and --server$`,
      ),
    );
  });
});
