import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { endpointAccess, KubeConfigError } from './access.ts';
import { inClusterAccess } from './in-cluster.ts';
import { kubeconfigAccess } from './kubeconfig.ts';
import { writeKubeconfig } from './testing/kubeconfig-file.ts';
import { makeTestCertificates, type TestCertificates } from './testing/test-certificates.ts';

let directory = '';
let certificates: TestCertificates;

beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
  certificates = makeTestCertificates(directory);
});

afterAll(() => rmSync(directory, { recursive: true }));

function write(cluster: object, user: object, more?: object): string {
  return writeKubeconfig(directory, cluster, user, more);
}

describe('kubeconfigAccess', () => {
  it('reads server, namespace and token', () => {
    const access = kubeconfigAccess(write({ server: 'http://[::1]:8080/prefix' }, { token: 't' }));
    expect(access.server.href).toBe('http://[::1]:8080/prefix');
    expect(access).toMatchObject({ namespace: 'shop', tls: undefined });
    expect(access.authorization()).toBe('Bearer t');
  });

  it('reads files relative to its own, and prefers data to files', () => {
    const user = { 'client-certificate': 'client.crt', 'client-key': 'client.key' };
    const data = readFileSync(certificates.ca).toString('base64');
    const cluster = {
      server: 'https://10.0.0.1:6443',
      'certificate-authority': 'missing.crt',
      'certificate-authority-data': data,
      'tls-server-name': 'api.test',
      'insecure-skip-tls-verify': true,
    };
    expect(kubeconfigAccess(write(cluster, user)).tls).toMatchObject({
      servername: 'api.test',
      rejectUnauthorized: false,
    });
  });

  it('reads a token file anew each time, and keeps the token while the file is away', () => {
    const file = join(directory, 'token');
    writeFileSync(file, 'one\n');
    const access = kubeconfigAccess(write({ server: 'http://api' }, { tokenFile: 'token', token: 'other' }));
    expect(access.authorization()).toBe('Bearer one');
    writeFileSync(file, 'two\n');
    expect(access.authorization()).toBe('Bearer two');
    rmSync(file);
    expect(access.authorization()).toBe('Bearer two');
  });

  it('knows names and passwords, and users without any credentials', () => {
    expect(kubeconfigAccess(write({ server: 'http://api' }, { username: 'u', password: 'p' })).authorization()).toBe(
      `Basic ${Buffer.from('u:p').toString('base64')}`,
    );
    expect(kubeconfigAccess(write({ server: 'http://api' }, {})).authorization()).toBeUndefined();
  });

  it('takes the context that is asked for', () => {
    const contexts = [
      { name: 'main', context: { cluster: 'c' } },
      { name: 'second', context: { cluster: 'c', namespace: 'second' } },
    ];
    const path = write({ server: 'http://api' }, {}, { contexts });
    expect(kubeconfigAccess(path, 'second').namespace).toBe('second');
    expect(kubeconfigAccess(path).namespace).toBe('default');
    expect(() => kubeconfigAccess(path, 'third')).toThrow('there is no context "third"; the file has main, second');
  });

  it.each([
    [{ server: 'http://a', 'proxy-url': 'http://p' }, {}, {}, 'proxy-url is not supported'],
    [{ server: 'http://a' }, { exec: { command: 'x' } }, {}, 'user "u": exec has the apiVersion ""; write client.auth'],
    [
      { server: 'http://a' },
      { 'auth-provider': { name: 'gcp' } },
      {},
      'auth-provider "gcp" is not supported, by kubectl neither',
    ],
    [{ server: 'http://a' }, { exec: {}, 'auth-provider': {} }, {}, 'logs in with both exec and auth-provider'],
    [{ server: 'ftp://a' }, {}, {}, 'server "ftp://a" is no URL; write https://HOST:PORT'],
    [{}, {}, {}, 'server "" is no URL'],
    [{ server: 'https://a', 'certificate-authority': 'no.crt' }, {}, {}, 'cannot be read (ENOENT); check the path'],
    [
      { server: 'https://a' },
      { 'client-certificate-data': 'AAAA' },
      {},
      'a client certificate and its key go together',
    ],
    [{ server: 'https://a', 'certificate-authority-data': 'AAAA' }, {}, {}, 'a certificate or key is not usable'],
    [{ server: 'http://a' }, {}, { 'current-context': '' }, 'no current-context; set it, or name a context (main)'],
    [{ server: 'http://a' }, {}, { users: [] }, 'users has no "u"; add it'],
    [{ server: 'http://a' }, {}, { clusters: 5 }, 'clusters is not a list; correct the file'],
  ])('refuses the cluster %j with the user %j and %j', (cluster, user, more, message) => {
    const path = write(cluster, user, more);
    expect(() => kubeconfigAccess(path)).toThrow(KubeConfigError);
    expect(() => kubeconfigAccess(path)).toThrow(message);
    expect(() => kubeconfigAccess(path)).toThrow(/^[^\n]+$/);
  });

  it('refuses what is no kubeconfig file, without showing its text', () => {
    const path = join(directory, 'bad');
    writeFileSync(path, 'a: [secret\n');
    expect(() => kubeconfigAccess(path)).toThrow(/correct the YAML$/);
    expect(() => kubeconfigAccess(path)).not.toThrow(/secret/);
    writeFileSync(path, 'just text');
    expect(() => kubeconfigAccess(path)).toThrow('this is no kubeconfig file');
    expect(() => kubeconfigAccess(join(directory, 'none'))).toThrow('the kubeconfig file cannot be read (ENOENT)');
  });
});

describe('inClusterAccess', () => {
  it('is the service account of the pod', () => {
    const account = join(directory, 'account');
    mkdirSync(account);
    writeFileSync(join(account, 'token'), 'first');
    writeFileSync(join(account, 'ca.crt'), readFileSync(certificates.ca));
    const environment = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '443' };
    const access = inClusterAccess(environment, account);
    expect(access.server.href).toBe('https://[fd00::1]/');
    expect(access.namespace).toBe('default');
    writeFileSync(join(account, 'namespace'), 'kube-system\n');
    expect(inClusterAccess(environment, account).namespace).toBe('kube-system');
    writeFileSync(join(account, 'token'), 'second');
    expect(access.authorization()).toBe('Bearer second');
  });

  it.each([
    [{}, 'are not set, so this is not a pod; use `kubeconfig FILE` or `endpoint URL`'],
    [{ KUBERNETES_SERVICE_HOST: '10.96.0.1', KUBERNETES_SERVICE_PORT: '443' }, 'the token cannot be read (ENOENT)'],
  ])('refuses the environment %j', (environment, message) => {
    expect(() => inClusterAccess(environment, join(directory, 'nothing'))).toThrow(message);
  });
});

describe('endpointAccess', () => {
  it.each([
    ['http://10.0.0.1:8080', 'http://10.0.0.1:8080/'],
    ['10.0.0.1:8080', 'http://10.0.0.1:8080/'],
    ['[::1]:8080', 'http://[::1]:8080/'],
    ['https://api.example.com', 'https://api.example.com/'],
  ])('takes %s for %s', (url, href) => {
    expect(endpointAccess({ url }).server.href).toBe(href);
  });

  it('takes https when there are certificates, and says which file is wrong', () => {
    const { ca, clientCert, clientKey } = certificates;
    const files = { certFile: clientCert, keyFile: clientKey, caFile: ca };
    expect(endpointAccess({ url: 'api:6443', ...files }).server.protocol).toBe('https:');
    expect(() => endpointAccess({ url: 'api:6443', ...files, keyFile: '/none' })).toThrow(
      '/none: the key of the client certificate cannot be read (ENOENT)',
    );
  });
});
