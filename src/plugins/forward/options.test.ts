import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { setUp } from '../../plugin-api/testing.ts';
import { forward } from './forward.ts';

const directory = mkdtempSync(join(tmpdir(), 'forward-options-'));
afterAll(() => rmSync(directory, { recursive: true }));

describe('the lines of forward', () => {
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text);
    return path;
  };

  const good = [
    'forward . 127.0.0.1:53 127.0.0.2:54',
    'forward . tls://127.0.0.1',
    'forward . tls://127.0.0.1%name.test:10853',
    'forward . tls://[2001:db8::1%name.test]:853 tls://2001:db8::2%name.test',
    'forward . https://127.0.0.1 https://[::1]:8443',
    'forward . ::1 [::1]:54 fe80::1%lo [fe80::2%lo]:53',
    'forward . dns.example:5353 tls://dns.example',
    'forward b/ad//* 127.0.0.1',
    'forward 10.0.0.0/24 127.0.0.1',
    'forward . 127.0.0.1 {\nhealth_check 5s no_rec domain a.test\n}',
    'forward . 127.0.0.1 {\nhealth_check 0s\nexpire 0s\nmax_concurrent 0\nnext_on_nodata\n}',
    'forward . https://127.0.0.1 {\ndoh_method GET\n}',
    'forward . 127.0.0.1 {\nresolver 10.0.0.1 [::1]:53 ::1\nsource_address 127.0.0.2\n}',
    'forward . 127.0.0.1 {\nmax_age 20s\nexpire 5s\nmax_idle_conns 3\ntls\ntls_servername a.test\n}',
  ];
  test.for(good)('accepts %s', (text) => {
    expect(setUp(forward, text).problems).toEqual([]);
  });

  const bad: readonly (readonly [string, string])[] = [
    ['forward .', 'option/arguments'],
    ['forward . 300.0.0.1', 'forward/destination'],
    ['forward . 127.0.0.1:99999', 'forward/destination'],
    ['forward . 127.0.0.1:0', 'forward/destination'],
    ['forward . 127.0.0.1%lo', 'forward/destination'],
    ['forward . ./nosuch', 'forward/file'],
    ['forward . grpc://127.0.0.1', 'forward/destination'],
    ['forward . https://127.0.0.1/path', 'forward/destination'],
    [`forward . ${Array.from({ length: 16 }, (_, i) => `127.0.0.${i}`).join(' ')}`, 'option/arguments'],
    [`forward . ${file('none', '# nothing\n')}`, 'forward/no-upstream'],
    [`forward . ${file('odd', 'nameserver one\nnameserver 127.0.0.1\n')}`, 'forward/nameserver'],
    ['forward . tls://127.0.0.1%a.test {\ntls_servername b.test\n}', 'forward/server-name'],
    ['forward . 127.0.0.1 {\nmax_age 5s\n}', 'forward/max-age'],
    ['forward . 127.0.0.1 {\ntls nofile\n}', 'forward/tls'],
    [`forward . 127.0.0.1 {\ntls ${file('bad.pem', 'no certificate')} ${file('bad.key', 'no key')}\n}`, 'forward/tls'],
    ['forward . 127.0.0.1 {\ntls a b c d\n}', 'option/arguments'],
    ['forward . 127.0.0.1 {\nexcept\n}', 'option/arguments'],
    ['forward . 127.0.0.1 {\nforce_tcp x\n}', 'option/arguments'],
    ['forward . 127.0.0.1 {\nmax_fails -1\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nmax_fails 4294967296\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nhealth_check x\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nhealth_check -1s\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nhealth_check 1s domain\n}', 'option/arguments'],
    ['forward . 127.0.0.1 {\nhealth_check 1s domain a..b\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nhealth_check 1s foo\n}', 'option/value'],
    ['forward . 127.0.0.1 {\npolicy bogus\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nfailover WAT\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nfailover NOERROR\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nread_timeout 0s\n}', 'option/value'],
    ['forward . 127.0.0.1 {\ndoh_method put\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nresolver foo\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nsource_address foo\n}', 'option/value'],
    ['forward . 127.0.0.1 {\nspray\n}', 'option/unknown'],
  ];
  test.for(bad)('complains about %s: %s', ([text, code]) => {
    expect(setUp(forward, text).problems.map((problem) => problem.code)).toContain(code);
  });

  test('an address block that needs several zones: the first one counts', async () => {
    const made = setUp(forward, 'forward 10.0.0.0/9 127.0.0.1');
    expect(made.problems).toMatchObject([
      {
        severity: 'warning',
        code: 'forward/address-block',
        message: "Unsupported CIDR notation: '10.0.0.0/9' expands to multiple zones. Using only '0.10.in-addr.arpa.'.",
      },
    ]);
  });
});
