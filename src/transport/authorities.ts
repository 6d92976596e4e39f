/** Certificates of the authorities that Node.js and this machine trust, PEM texts. */
export function trustedAuthorities(): readonly string[] {
  // Asked for here, so that a server without TLS does not load it.
  const { getCACertificates } = process.getBuiltinModule('node:tls');
  return [...getCACertificates('default'), ...getCACertificates('system')];
}
