import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runProcess, temporaryFolder, TestProcess } from '../../src/cli/testing.ts';
import { missing, run, unless } from './tools.ts';

/** What kubelet writes for a pod of namespace `default` with dnsPolicy ClusterFirst, the server being on loopback. */
const RESOLV_CONF = `nameserver 127.0.0.1
search default.svc.cluster.local svc.cluster.local cluster.local
options ndots:5
`;

/** Nobody listens on the upstream's port, so names outside the cluster fail at once. */
const COREFILE = `.:53 {
    kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa
    }
    template ANY ANY gone.example {
        rcode NXDOMAIN
    }
    template IN A alias.example {
        answer "{{ .Name }} 5 IN CNAME target.gone.example."
    }
    template IN A there.example {
        answer "{{ .Name }} 5 IN CNAME web-service.default.svc.cluster.local."
        answer "web-service.default.svc.cluster.local. 5 IN A 10.107.37.188"
    }
    template ANY ANY empty.example {
        rcode NOERROR
    }
    forward . 127.0.0.1:9
}
`;

const namespace = `clusterfirst-${process.pid}`;
/** `ip netns exec` puts the files of this folder in the place of those in /etc. */
const settings = `/etc/netns/${namespace}`;

function ip(...words: readonly string[]): boolean {
  return spawnSync('ip', words).status === 0;
}

function whatIsMissing(): string[] {
  const tools = missing('ip', 'host');
  if (tools.length > 0) return tools;
  // Root in a container may lack the right to make namespaces.
  if (ip('netns', 'add', namespace)) return [];
  return ['right to make network namespaces'];
}

const { title, skip } = unless('host in a network namespace', whatIsMissing());

describe.skipIf(skip)(title, () => {
  const folder = temporaryFolder({ Corefile: COREFILE });
  const environment = { TMPDIR: folder.path };
  const through = ['ip', 'netns', 'exec', namespace];
  let child: TestProcess | undefined;

  beforeAll(async () => {
    mkdirSync(settings, { recursive: true });
    writeFileSync(join(settings, 'resolv.conf'), RESOLV_CONF);
    expect(ip('-n', namespace, 'link', 'set', 'lo', 'up')).toBe(true);
    child = new TestProcess(['dev', '--port', '53', '--corefile', 'Corefile'], {
      folder: folder.path,
      environment,
      through,
    });
    await child.line(/^Ctrl-C/);
  });

  afterAll(async () => {
    await child?.[Symbol.asyncDispose]();
    ip('netns', 'del', namespace);
    rmSync(settings, { recursive: true, force: true });
    folder[Symbol.dispose]();
  });

  it('prints the address of a service', async () => {
    const { code, out } = await run('ip', ['netns', 'exec', namespace, 'host', 'web-service']);
    expect([code, out]).toEqual([0, 'web-service.default.svc.cluster.local has address 10.107.37.188\n']);
  });

  it.each([
    // Found in each of the search domains, and as it is written.
    'web-service',
    'catalog.shop',
    'web-service.default.svc',
    'web-service.default.svc.cluster.local',
    'web-service.default.svc.cluster.local.',
    '10-244-2-5.default.pod',
    // Both families, aliases inside and outside.
    'search.shop',
    'database.shop',
    'mail.shop',
    'there.example',
    'alias.example',
    // Not there, and there without addresses.
    'nosuch.gone.example',
    'nosuch.default.svc.cluster.local.',
    'outside.example',
    'empty.example',
    // In reverse.
    '10.107.37.188',
    '10.107.37.1',
    'fd00::1',
    '_http._tcp.web-service SRV',
    'web-service A',
    'web-service AAAA',
    'mail.shop CNAME',
    'dns-version TXT',
    '188.37.107.10.in-addr.arpa PTR',
  ])('ask %s prints the same', async (question) => {
    const [name = '', ...types] = question.split(' ');
    const words = [...types.flatMap((type) => ['-t', type]), name];
    const host = await run('ip', ['netns', 'exec', namespace, 'host', ...words]);
    const asked = await runProcess(['ask', name, ...types, '--as', 'default/test'], {
      environment,
      through,
    });
    const lines = host.out.split('\n').filter((line) => line !== '');
    expect(asked).toEqual({ code: host.code, out: lines, error: [] });
  });
});
