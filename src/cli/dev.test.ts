import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RCODE } from '../dns/codes.ts';
import { askServer } from '../server/testing.ts';
import { freePort, runProcess, temporaryFolder, TestProcess } from './testing.ts';

const COREFILE = '.:53 {\n    errors\n    kubernetes cluster.local\n}\n';

/** What `clusterfirst dev` says when it starts with these files, in a folder of its own. */
async function refused(
  files: Readonly<Record<string, string>>,
  args: readonly string[],
): Promise<{ readonly code: number; readonly error: readonly string[] }> {
  using folder = temporaryFolder(files);
  const { code, out, error } = await runProcess(['dev', '--port', String(await freePort()), ...args], {
    folder: folder.path,
    environment: { TMPDIR: folder.path },
  });
  expect(out).toEqual([]);
  return { code, error: error.map((line) => line.replaceAll(folder.path, 'FOLDER')) };
}

describe('dev refuses', () => {
  it.each<[what: string, files: Readonly<Record<string, string>>, args: readonly string[], line: string | RegExp]>([
    [
      'a folder that is not there',
      {},
      ['none'],
      'there are no manifests at none: name a YAML file or a folder of them',
    ],
    [
      'a folder without manifests',
      { 'empty/README.md': '' },
      ['empty'],
      'FOLDER/empty: the folder has no manifests; put files that end in .yaml or .json into it',
    ],
    [
      'what is no YAML',
      { 'a/bad.yaml': 'apiVersion: v1\nkind: Service\n  metadata: x\n' },
      ['a'],
      /^FOLDER\/a\/bad\.yaml:2:7: this is no YAML: .*; correct it$/,
    ],
    [
      'an unknown kind',
      { 'bad.yaml': 'apiVersion: v1\nkind: Servis\nmetadata: {name: x}\n' },
      ['bad.yaml'],
      /^FOLDER\/bad\.yaml:2:7: no matches for kind "Servis" in version "v1"; /,
    ],
    [
      'an object that is not valid',
      { 'bad.yaml': 'apiVersion: v1\nkind: Service\nmetadata: {name: X}\nspec: {ports: [{port: 80}]}\n' },
      ['bad.yaml'],
      /^FOLDER\/bad\.yaml:3:\d+: /,
    ],
    [
      'a Corefile that is not there',
      {},
      ['--corefile', 'none'],
      'cannot read the Corefile none: no such file; check the path and its permissions',
    ],
  ])('%s, in one line', async (_what, files, args, line) => {
    const { code, error } = await refused(files, args);
    expect(code).toBe(1);
    expect(error).toEqual([
      typeof line === 'string'
        ? `clusterfirst: ${line}`
        : expect.stringMatching(new RegExp(`^clusterfirst: ${line.source.slice(1)}`)),
    ]);
  });

  it('a Corefile that is wrong, with its line', async () => {
    const { code, error } = await refused({ Corefile: '.:53 {\n    erors\n}\n' }, ['--corefile', 'Corefile']);
    expect(code).toBe(1);
    expect(error[0]).toBe('configmap/kube-system/coredns/Corefile:2:5: error: there is no plugin "erors"');
  });

  it('ports that are taken', async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen({ port: 0 }, resolve));
    const address = taken.address();
    const port = String(typeof address === 'object' && address !== null ? address.port : 0);
    const forDns = await refused({ Corefile: COREFILE }, ['--corefile', 'Corefile', '--port', port]);
    expect(forDns).toEqual({
      code: 1,
      error: [
        `clusterfirst: cannot listen on tcp :${port}: another program listens there already; stop it or choose another port`,
      ],
    });
    const forApi = await refused({ Corefile: COREFILE }, ['--corefile', 'Corefile', '--api-port', port]);
    expect(forApi.code).toBe(1);
    expect(forApi.error).toEqual([
      expect.stringMatching(
        `^clusterfirst: the API server cannot listen on 127\\.0\\.0\\.1:${port}: .*; choose another --api-port$`,
      ),
    ]);
    await new Promise((resolve) => taken.close(resolve));
  });
});

describe('dev', () => {
  it('runs the cluster and its DNS, takes over what changes, and leaves nothing behind', async () => {
    using folder = temporaryFolder({ Corefile: COREFILE });
    const port = await freePort();
    const environment = { TMPDIR: folder.path };
    await using child = new TestProcess(['dev', '--port', String(port), '--corefile', 'Corefile'], {
      folder: folder.path,
      environment,
    });
    await child.line(/^Ctrl-C ends everything/);
    expect(child.out[0]).toMatch(/^clusterfirst \S+: an embedded cluster and its DNS, ready in \d+\.\d s$/);
    const api = /http:\/\/127\.0\.0\.1:\d+/.exec(await child.line(/^ {2}API server/))?.[0] ?? '';
    const kubeconfig = / (\/\S+)$/.exec(await child.line(/^ {2}kubeconfig /))?.[1] ?? '';
    expect(readFileSync(kubeconfig, 'utf8')).toContain(`server: ${api}`);

    const asked = await runProcess(['ask', 'web-service', '--as', 'default/test'], { environment });
    expect(asked).toEqual({
      code: 0,
      out: ['web-service.default.svc.cluster.local has address 10.107.37.188'],
      error: [],
    });

    const path = `${api}/api/v1/namespaces/kube-system/configmaps/coredns`;
    const write = async (text: string): Promise<void> => {
      const response = await fetch(path, {
        method: 'PATCH',
        headers: { 'content-type': 'application/merge-patch+json' },
        body: JSON.stringify({ data: { Corefile: text } }),
      });
      expect(response.status).toBe(200);
    };
    await write('.:53 {\n    errors\n    template IN A . {\n        rcode NXDOMAIN\n    }\n}\n');
    await child.line(/Reloading complete/);
    expect((await askServer(port, 'web-service.default.svc.cluster.local', { type: 'A' })).rcode).toBe(RCODE.NXDOMAIN);

    let from = child.out.length;
    await write('.:53 {\n    errors\n    temlate IN A\n}\n');
    await child.line(/the Corefile is refused; the old configuration keeps serving/, from);
    expect(child.out.slice(from)).toEqual([
      '[INFO] Reloading',
      'configmap/kube-system/coredns/Corefile:3:5: error: there is no plugin "temlate"',
      '        temlate IN A',
      '        ~~~~~~^',
      '    hint: did you mean "template"?',
      '[ERROR] the Corefile is refused; the old configuration keeps serving',
    ]);
    expect((await askServer(port, 'web-service.default.svc.cluster.local', { type: 'A' })).rcode).toBe(RCODE.NXDOMAIN);

    // Without its ConfigMap it goes on as it is.
    expect((await fetch(path, { method: 'DELETE' })).status).toBe(200);
    from = child.out.length;
    const back = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'coredns' }, data: { Corefile: COREFILE } };
    const created = await fetch(path.replace(/\/coredns$/, ''), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(back),
    });
    expect(created.status).toBe(201);
    await child.line(/Reloading complete/, from);
    expect((await askServer(port, 'web-service.default.svc.cluster.local', { type: 'A' })).rcode).toBe(RCODE.NOERROR);

    const began = performance.now();
    child.signal('SIGINT');
    expect(await child.ended()).toMatchObject({ code: 0, error: [] });
    expect(performance.now() - began).toBeLessThan(1000);
    expect(existsSync(kubeconfig)).toBe(false);
    expect(existsSync(join(folder.path, `clusterfirst-${process.getuid?.() ?? 0}`, 'dev.json'))).toBe(false);
  });
});
