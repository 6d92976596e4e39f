import type { SecureContext } from 'node:tls';

/** PEM texts. */
export interface TlsFiles {
  /** Undefined: the authorities that the machine and Node.js trust. */
  readonly authority: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** What TLS connections to an upstream need, TLS 1.2 or later. Throws when a PEM text is none. */
export function clientContext(files: TlsFiles): SecureContext {
  const { createSecureContext, getCACertificates } = process.getBuiltinModule('node:tls');
  const { authority, certificate, key } = files;
  return createSecureContext({
    ca: authority ?? [...getCACertificates('default'), ...getCACertificates('system')],
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    minVersion: 'TLSv1.2',
  });
}
