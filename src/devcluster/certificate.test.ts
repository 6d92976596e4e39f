import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';

import { selfSigned } from './certificate.ts';

test('a certificate that verifies itself', () => {
  const { certificate, key } = selfSigned(Date.parse('2026-01-02T03:04:05Z'));
  const read = new X509Certificate(certificate);
  expect(read.verify(read.publicKey)).toBe(true);
  expect(read.subject).toBe('CN=devcluster');
  expect(read.subjectAltName).toBe('DNS:localhost, IP Address:127.0.0.1');
  expect([read.validFrom, read.validTo]).toEqual(['Jan  1 03:04:05 2026 GMT', 'Jan  2 03:04:05 2027 GMT']);
  expect(key).toContain('BEGIN PRIVATE KEY');
});
