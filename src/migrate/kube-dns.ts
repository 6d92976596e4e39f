import { isIP } from 'node:net';

/** The keys of the ConfigMap `kube-system/kube-dns` that kube-dns reads; absent ones are undefined. */
export interface KubeDNSConfig {
  /** JSON: domain → servers. */
  readonly stubDomains: string | undefined;
  /** JSON: servers. */
  readonly upstreamNameservers: string | undefined;
  /** `name=domain,name=domain` */
  readonly federations: string | undefined;
}

/** Something in the ConfigMap: an error for which no Corefile can be made, or what the Corefile does otherwise. */
export interface KubeDNSProblem {
  readonly severity: 'error' | 'warning';
  readonly key: keyof KubeDNSConfig;
  readonly message: string;
}

export interface KubeDNSMigration {
  /** Undefined if there are errors. */
  readonly corefile: string | undefined;
  readonly problems: readonly KubeDNSProblem[];
}

/** kube-dns takes no more. */
const MAXIMUM_UPSTREAMS = 3;
/** What `forward` takes at most. */
const MAXIMUM_DESTINATIONS = 15;

/** A Corefile that does what kube-dns does with this ConfigMap, for a cluster domain. */
export function migrateKubeDNS(config: KubeDNSConfig, clusterDomain: string): KubeDNSMigration {
  const reader = new ConfigReader(clusterDomain);
  const upstreams = reader.upstreams(config.upstreamNameservers);
  const stubs = reader.stubs(config.stubDomains);
  reader.federations(config.federations);
  const { problems } = reader;
  const failed = problems.some(({ severity }) => severity === 'error');
  return { corefile: failed ? undefined : corefileOf(clusterDomain, upstreams, stubs), problems };
}

type Stub = readonly [domain: string, servers: readonly string[]];

/** The Corefile that Kubernetes installs, with a server block for each stub domain. */
function corefileOf(clusterDomain: string, upstreams: readonly string[], stubs: readonly Stub[]): string {
  const targets = upstreams.length === 0 ? ['/etc/resolv.conf'] : upstreams;
  const main = `.:53 {
    errors
    health {
        lameduck 5s
    }
    ready
    kubernetes ${clusterDomain} in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
    }
    prometheus :9153
    forward . ${targets.join(' ')} {
        max_concurrent 1000
    }
    cache 30
    loop
    reload
    loadbalance
}
`;
  const blocks = stubs.map(
    ([domain, servers]) => `${domain}:53 {
    errors
    cache 30
    loop
    forward . ${servers.join(' ')} {
        max_concurrent 1000
    }
}
`,
  );
  return [main, ...blocks].join('\n');
}

class ConfigReader {
  readonly problems: KubeDNSProblem[] = [];
  readonly #clusterDomain: string;

  constructor(clusterDomain: string) {
    this.#clusterDomain = clusterDomain;
  }

  upstreams(text: string | undefined): readonly string[] {
    const key = 'upstreamNameservers';
    if (isAbsent(text)) return [];
    const servers = this.#parse(key, text);
    if (!isTextList(servers)) {
      this.#error(key, 'it should be a JSON list of addresses, such as ["8.8.8.8", "8.8.4.4"]');
      return [];
    }
    if (servers.length > MAXIMUM_UPSTREAMS) {
      this.#error(
        key,
        `kube-dns takes no more than ${MAXIMUM_UPSTREAMS} servers, and ignores a ConfigMap with more: remove some`,
      );
    }
    for (const server of servers) {
      if (!isServer(server)) this.#error(key, `"${server}" is no address: write IP or IP:PORT`);
    }
    return servers;
  }

  stubs(text: string | undefined): readonly Stub[] {
    const key = 'stubDomains';
    if (isAbsent(text)) return [];
    const value = this.#parse(key, text);
    if (!isObject(value)) {
      this.#error(key, 'it should be a JSON object, domain to servers, such as {"acme.local": ["1.2.3.4"]}');
      return [];
    }
    return Object.entries(value).flatMap(([domain, servers]) => this.#stub(domain, servers));
  }

  /** There is nothing that does the same. */
  federations(text: string | undefined): void {
    for (const pair of (text ?? '').split(',').map((part) => part.trim())) {
      if (pair === '') continue;
      const [name = '', domain] = pair.split('=');
      if (domain === undefined) this.#error('federations', `"${pair}" is not NAME=DOMAIN`);
      else
        this.#warn(
          'federations',
          `federation ${name} is left out: CoreDNS has none since 1.7.0, so names below ${name}.svc.${this.#clusterDomain} are not answered`,
        );
    }
  }

  #stub(domain: string, servers: unknown): readonly Stub[] {
    const key = 'stubDomains';
    if (!isDomain(domain)) {
      this.#error(key, `"${domain}" is no domain: small letters, digits, hyphens and dots only`);
      return [];
    }
    if (domain === this.#clusterDomain || domain.endsWith(`.${this.#clusterDomain}`)) {
      this.#error(key, `${domain} belongs to the cluster, whose names would not be answered any more: remove it`);
      return [];
    }
    if (!isTextList(servers) || servers.length === 0) {
      this.#error(key, `${domain} has no list of servers: write {"${domain}": ["1.2.3.4"]}`);
      return [];
    }
    for (const server of servers) this.#checkServer(domain, server);
    if (servers.length > MAXIMUM_DESTINATIONS) {
      this.#warn(key, `${domain} has ${servers.length} servers; forward takes the first ${MAXIMUM_DESTINATIONS}`);
    }
    return [[domain, servers.slice(0, MAXIMUM_DESTINATIONS)]];
  }

  #checkServer(domain: string, server: string): void {
    const key = 'stubDomains';
    if (isServer(server)) return;
    if (!isDomain(server)) {
      this.#error(key, `"${server}", a server of ${domain}, is neither IP, IP:PORT nor a name`);
    } else if (server === this.#clusterDomain || server.endsWith(`.${this.#clusterDomain}`)) {
      this.#error(
        key,
        `${server}, a server of ${domain}, is a name of the cluster, which nobody answers before the server has started: write its clusterIP`,
      );
    } else {
      this.#warn(
        key,
        `${server}, a server of ${domain}, is a name: it is looked up once at the start, which fails if it is not found; write its address if you can`,
      );
    }
  }

  #parse(key: keyof KubeDNSConfig, text: string): unknown {
    try {
      return JSON.parse(text);
    } catch (error) {
      const reason = error instanceof Error ? error.message.replaceAll(/\s+/g, ' ') : String(error);
      this.#error(key, `it is no JSON: ${reason}`);
      // What stands for nothing raises no second complaint.
      return key === 'stubDomains' ? {} : [];
    }
  }

  #error(key: keyof KubeDNSConfig, message: string): void {
    this.problems.push({ severity: 'error', key, message });
  }

  #warn(key: keyof KubeDNSConfig, message: string): void {
    this.problems.push({ severity: 'warning', key, message });
  }
}

function isAbsent(text: string | undefined): text is undefined {
  return text === undefined || text.trim() === '';
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

/** IP, IPv4:PORT or [IPv6]:PORT. */
function isServer(text: string): boolean {
  if (isIP(text) !== 0) return true;
  const [, address = '', port] = /^\[?([^\]]*)\]?:(\d+)$/.exec(text) ?? [];
  const family = isIP(address);
  const bracketed = text.startsWith('[');
  return family !== 0 && bracketed === (family === 6) && Number(port) >= 1 && Number(port) <= 65_535;
}

/** DNS-1123 subdomain. */
function isDomain(text: string): boolean {
  return text.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(text);
}
