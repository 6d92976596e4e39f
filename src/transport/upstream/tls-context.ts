import type { SecureContext } from 'node:tls';
import { trustedAuthorities } from '../authorities.ts';

/** PEM texts. */
export interface TlsFiles {
  /** Undefined: the authorities that the machine and Node.js trust. */
  readonly authority: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

/** What TLS connections to an upstream need, TLS 1.2 or later. Throws when a PEM text is none. */
export function clientContext(files: TlsFiles): SecureContext {
  const { createSecureContext } = process.getBuiltinModule('node:tls');
  const { authority, certificate, key } = files;
  return createSecureContext({
    ca: authority ?? [...trustedAuthorities()],
    ...(certificate === undefined ? {} : { cert: certificate }),
    ...(key === undefined ? {} : { key }),
    minVersion: 'TLSv1.2',
  });
}
