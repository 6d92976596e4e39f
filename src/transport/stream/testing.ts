import { readFileSync } from 'node:fs';
import type { ServerTls } from './tls-acceptor.ts';

/**
 * Files for tests: `ca.pem` vouches for `server.pem`, of dns.test and 127.0.0.1, and for `client.pem`, `stranger.pem` for nobody; keys end in `.key`. They are valid
 * until 2110.
 */
export function testFile(name: string): string {
  return readFileSync(new URL(`testdata/${name}`, import.meta.url), 'utf8');
}

/** What a server of dns.test shows; it asks nothing of clients. */
export function testTls(parts: Partial<ServerTls> = {}): ServerTls {
  return {
    certificate: testFile('server.pem'),
    key: testFile('server.key'),
    authorities: undefined,
    clientCertificates: 'ignored',
    logKeys: undefined,
    ...parts,
  };
}
