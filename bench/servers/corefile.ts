/** What differs between the Corefiles of the measurements. */
export interface CorefileParts {
  readonly port: number;
  /** `tls://.:PORT` and the like, beside the plain listener. */
  readonly moreKeys?: readonly string[];
  readonly directives: readonly string[];
}

export interface FullParts {
  readonly apiServer: string;
  readonly upstreamPort: number;
  readonly metricsPort: number;
}

/** The Corefile of a cluster as it is installed: all its plugins, on loopback. */
export function fullDirectives({ apiServer, upstreamPort, metricsPort }: FullParts): string[] {
  return [
    'errors',
    kubernetesDirective(apiServer),
    `prometheus 127.0.0.1:${metricsPort}`,
    `forward . 127.0.0.1:${upstreamPort}`,
    'cache 30',
    'loop',
    'reload',
    'loadbalance',
  ];
}

export function kubernetesDirective(apiServer: string): string {
  return `kubernetes cluster.local in-addr.arpa ip6.arpa {
        endpoint ${apiServer}
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }`;
}

export function corefile({ port, moreKeys = [], directives }: CorefileParts): string {
  return `${[`.:${port}`, ...moreKeys].join(' ')} {
${['bind 127.0.0.1', ...directives].map((directive) => `    ${directive}\n`).join('')}}
`;
}
