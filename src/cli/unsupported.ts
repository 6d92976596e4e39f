/**
 * Plugins of CoreDNS 1.15 and directives of older ones that this version does not have. They are known, so that a Corefile with one of them
 * is told what it is about and not that it is misspelled.
 */
export const unsupportedDirectives: ReadonlySet<string> = new Set(
  [
    'azure clouddns dnssec dnstap dynupdate etcd geoip grpc grpc_server https3 nomad on pprof',
    'proxyproto quic route53 secondary shed sign siit trace tsig',
    'federation reverse shutdown startup',
  ]
    .join(' ')
    .split(' '),
);
