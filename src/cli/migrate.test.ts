import { describe, expect, it } from 'vitest';
import { check } from './check.ts';
import { migrate } from './migrate.ts';
import { runCommand, runProcess, temporaryFolder } from './testing.ts';
import { UsageError, UserError } from './user-error.ts';

const OLD = `# DNS of the cluster
.:53 {
    errors
    health
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        upstream # for ExternalName
        fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    proxy . /etc/resolv.conf
    proxy acme.local 1.2.3.4
    cache 30
    reload
}
`;

const NEW = `# DNS of the cluster
.:53 {
    errors
    health {
        lameduck 5s
    }
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        # for ExternalName
        fallthrough in-addr.arpa ip6.arpa
    }
    prometheus :9153
    forward . /etc/resolv.conf {
        max_concurrent 1000
    }
    cache 30
    reload
    loop
    ready
}

acme.local:53 {
    errors
    cache 30
    forward . 1.2.3.4 {
        max_concurrent 1000
    }
    loop
}
`;

const CONFIG_MAP = `apiVersion: v1
kind: ConfigMap
metadata:
  name: kube-dns
  namespace: kube-system
data:
  stubDomains: |
    {"acme.local": ["1.2.3.4"]}
  upstreamNameservers: |
    ["8.8.8.8", "8.8.4.4"]
`;

describe('migrate --from', () => {
  it('prints the Corefile, and what was changed', async () => {
    using folder = temporaryFolder({ Corefile: OLD });
    const { code, out, error } = await runCommand(migrate, ['--from', '1.2.0'], { folder: folder.path });
    expect(code).toBe(0);
    expect(`${out.join('\n')}\n`).toBe(NEW);
    expect(error).toContain(
      'Corefile:7: removed "upstream" from kubernetes (CoreDNS 1.4.0: the server itself resolves the targets of aliases; from 1.7.0 on CoreDNS does not start with it)',
    );
    expect(error.every((line) => /^Corefile:\d+: .+ \(CoreDNS \d+\.\d+\.\d+: .+\)$/.test(line))).toBe(true);
  });

  it('gives what check has nothing against', async () => {
    using folder = temporaryFolder({ Corefile: OLD, new: NEW });
    expect(await runCommand(check, ['new'], { folder: folder.path })).toMatchObject({ code: 0, out: ['new: good'] });
    expect((await runCommand(check, ['Corefile'], { folder: folder.path })).out.at(-1)).toMatch(/warning/);
  });

  it('says when there is nothing to change', async () => {
    using folder = temporaryFolder({ Corefile: NEW });
    const { code, out, error } = await runCommand(migrate, ['--from', 'v1.9.0', 'Corefile'], { folder: folder.path });
    expect([code, `${out.join('\n')}\n`, error]).toEqual([0, NEW, ['Corefile: nothing to change']]);
  });

  it('stops at --to', async () => {
    using folder = temporaryFolder({ Corefile: OLD });
    const args = ['--from', '1.1.3', '--to', '1.3.1', 'Corefile'];
    const { out } = await runCommand(migrate, args, { folder: folder.path });
    expect(`${out.join('\n')}\n`).toBe(OLD.replace('    reload\n', '    reload\n    loop\n'));
  });

  it('--json gives an object', async () => {
    using folder = temporaryFolder({ Corefile: '. {\n    health\n}\n' });
    const args = ['--json', '--from', '1.6.0'];
    const { out, error } = await runCommand(migrate, args, { folder: folder.path });
    expect(error).toEqual([]);
    expect(JSON.parse(out.join('\n'))).toEqual({
      corefile: '. {\n    health {\n        lameduck 5s\n    }\n}\n',
      changes: [
        {
          action: 'add',
          file: 'Corefile',
          line: 2,
          what: 'added "lameduck 5s" to health',
          why: expect.any(String),
          version: '1.6.5',
        },
      ],
    });
  });

  it('reads standard input', async () => {
    const { code, out, error } = await runProcess(['migrate', '--from', '1.2.0', '-'], { input: OLD });
    expect([code, `${out.join('\n')}\n`]).toEqual([0, NEW]);
    expect(error[0]).toMatch(/^\/dev\/stdin:2: /);
  });

  it('refuses what cannot be read, with the place', async () => {
    using folder = temporaryFolder({ Corefile: '. {\n errors {\n' });
    const { code, out, error } = await runCommand(migrate, ['--from', '1.2.0'], { folder: folder.path });
    expect([code, out]).toEqual([1, []]);
    expect(error[0]).toMatch(/^Corefile:2:9: error: /);
  });

  it.each<[args: string, message: RegExp]>([
    [
      '--from 1.2.9',
      /^--from: there is no CoreDNS 1\.2\.9; did you mean 1\.2\.6\? versions are 1\.0\.0 to 1\.0\.6, .*1\.15\.0$/,
    ],
    ['--from 1.2', /^--from: there is no CoreDNS 1\.2; did you mean 1\.2\.6\?/],
    ['--from latest', /^--from: there is no CoreDNS latest; versions are /],
    ['--from 1.2.0 --to 2.0.0', /^--to: there is no CoreDNS 2\.0\.0; /],
    ['--from 1.6.0 --to 1.5.0', /^cannot migrate down to 1\.5\.0 from 1\.6\.0: give a later version with --to$/],
    ['--from 1.6.0 nosuch', /^cannot read the Corefile nosuch: no such file/],
  ])('%s is refused', async (args, message) => {
    const failure: unknown = await runCommand(migrate, args.split(' ')).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UserError);
    expect(failure).not.toBeInstanceOf(UsageError);
    expect(String(failure).replace('UserError: ', '')).toMatch(message);
  });
});

describe('migrate --kube-dns', () => {
  it('prints a Corefile that check has nothing against', async () => {
    using folder = temporaryFolder({ 'kube-dns.yaml': CONFIG_MAP });
    const { code, out, error } = await runProcess(['migrate', '--kube-dns', 'kube-dns.yaml'], { folder: folder.path });
    expect([code, error]).toEqual([0, []]);
    expect(out).toContain('    forward . 8.8.8.8 8.8.4.4 {');
    expect(out).toContain('acme.local:53 {');
    const checked = await runProcess(['check', '-'], { input: out.join('\n') });
    expect(checked).toMatchObject({ code: 0, out: ['/dev/stdin: good'] });
  });

  it('takes the ConfigMap of kube-dns among several, and the domain', async () => {
    using folder = temporaryFolder({
      'all.yaml': `kind: Service\n---\nkind: ConfigMap\ndata: {stubDomains: x}\n---\n${CONFIG_MAP}`,
    });
    const args = ['--kube-dns', 'all.yaml', '--domain', 'k8s.example.'];
    const { code, out } = await runCommand(migrate, args, { folder: folder.path });
    expect(code).toBe(0);
    expect(out).toContain('    kubernetes k8s.example in-addr.arpa ip6.arpa {');
  });

  it.each<[about: string, configMap: string, code: number, line: string]>([
    [
      'federations',
      `${CONFIG_MAP}  federations: a=b.example\n`,
      0,
      'f:11:3: warning: data.federations: federation a is left out: CoreDNS has none since 1.7.0, so names below a.svc.cluster.local are not answered',
    ],
    [
      'too many servers',
      CONFIG_MAP.replace('8.8.8.8', '1.1.1.1", "1.1.1.2", "1.1.1.3'),
      1,
      'f:9:3: error: data.upstreamNameservers: kube-dns takes no more than 3 servers, and ignores a ConfigMap with more: remove some',
    ],
  ])('tells of %s', async (_, configMap, code, line) => {
    using folder = temporaryFolder({ f: configMap });
    const ended = await runCommand(migrate, ['--kube-dns', 'f'], { folder: folder.path });
    expect([ended.code, ended.error, ended.out.length > 0]).toEqual([code, [line], code === 0]);
  });

  it('--json gives an object', async () => {
    using folder = temporaryFolder({ f: `${CONFIG_MAP}  federations: a=b.example\n` });
    const { out, error } = await runCommand(migrate, ['--kube-dns', 'f', '--json'], { folder: folder.path });
    expect(error).toEqual([]);
    expect(JSON.parse(out.join('\n'))).toEqual({
      corefile: expect.stringContaining('acme.local:53 {'),
      problems: [{ severity: 'warning', key: 'federations', message: expect.any(String) }],
    });
  });

  it.each([
    [
      'kind: Service\n',
      'f:1:1: there is no ConfigMap; give that of kube-dns: kubectl get configmap -n kube-system kube-dns -o yaml',
    ],
    ['', 'f: there is no ConfigMap; give that of kube-dns: kubectl get configmap -n kube-system kube-dns -o yaml'],
    ['kind: ConfigMap\ndata: 3\n', 'f:2:1: data is not an object'],
    [
      'kind: ConfigMap\ndata:\n  stubDomains:\n    a: [1.2.3.4]\n',
      'f:3:3: data.stubDomains is not a string: write it as one, stubDomains: |',
    ],
  ])('refuses %j', async (text, message) => {
    using folder = temporaryFolder({ f: text });
    await expect(runCommand(migrate, ['--kube-dns', 'f'], { folder: folder.path })).rejects.toThrow(
      new UserError(message),
    );
  });
});

describe('migrate', () => {
  it.each([
    '',
    'Corefile',
    '--from 1.2.0 a b',
    '--kube-dns f --from 1.2.0',
    '--kube-dns f --to 1.2.0',
    '--kube-dns f Corefile',
    '--from 1.2.0 --domain a.example',
    '--kube-dns f --domain a..b',
    '--write',
  ])('%j makes no sense', async (args) => {
    await expect(runCommand(migrate, args === '' ? [] : args.split(' '))).rejects.toThrow(UsageError);
  });
});
