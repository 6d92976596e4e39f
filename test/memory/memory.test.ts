import { createSocket, type Socket } from 'node:dgram';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DevCluster } from '../../src/devcluster/dev-cluster.ts';
import { CLASS } from '../../src/dns/codes.ts';
import { decodeMessage } from '../../src/dns/decode.ts';
import { encodeMessage } from '../../src/dns/encode.ts';
import { createEdns, createMessage } from '../../src/dns/message.ts';
import { DomainName } from '../../src/dns/name.ts';
import { A } from '../../src/dns/records/a.ts';
import { parseType } from '../../src/dns/types.ts';
import { silentLogger } from '../../src/log/logger.ts';
import { systemClock } from '../../src/plugin-api/clock.ts';
import { MovableClock, TwoWays } from './memory-on-and-off.ts';

const COREFILES: readonly (readonly [name: string, remembers: boolean, text: string])[] = [
  [
    'as a cluster has it',
    true,
    `.:53 {
      errors
      kubernetes cluster.local in-addr.arpa ip6.arpa {
        pods insecure
        fallthrough in-addr.arpa ip6.arpa
        ttl 30
      }
      prometheus 127.0.0.1:0
      forward . UPSTREAM
      cache 30
      loadbalance
    }`,
  ],
  [
    'hosts in front, verified pods',
    true,
    `.:53 {
      errors
      prometheus 127.0.0.1:0
      hosts HOSTS {
        reload 50ms
        fallthrough
      }
      kubernetes cluster.local in-addr.arpa {
        pods verified
        endpoint_pod_names
        fallthrough
      }
      cache 30 {
        servfail 1s
      }
      forward . UPSTREAM
      loadbalance
    }`,
  ],
  [
    'no cache, several blocks',
    true,
    `cluster.local:53 {
      kubernetes {
        namespaces default shop
        ignore empty_service
      }
      prometheus 127.0.0.1:0
    }
    .:53 {
      prometheus 127.0.0.1:0
      hosts HOSTS {
        reload 50ms
        no_reverse
        ttl 7
      }
    }`,
  ],
  [
    'a log of some answers, and of some names',
    true,
    `.:53 {
      metadata
      log shop.svc.cluster.local
      log . "{remote} {name} {/kubernetes/service}" {
        class error
      }
      prometheus 127.0.0.1:0
      kubernetes cluster.local {
        pods insecure
      }
      cache
      forward . UPSTREAM
    }`,
  ],
  [
    'plugins that change questions and answers',
    true,
    `.:53 {
      bufsize 1232
      nsid here
      any
      local
      header {
        response set ra
      }
      minimal
      chaos
      cancel 2s
      prometheus 127.0.0.1:0
      rewrite name exact www.example.com web.default.svc.cluster.local
      rewrite name suffix .hosts.test .default.svc.cluster.local answer auto
      rewrite type HTTPS A
      rewrite cname exact web.default.svc.cluster.local. db.default.svc.cluster.local.
      kubernetes cluster.local in-addr.arpa
      cache 10
      forward . UPSTREAM
      loadbalance
    }`,
  ],
  [
    'templates, and addresses for those who have IPv6 alone',
    true,
    `.:53 {
      prometheus 127.0.0.1:0
      dns64
      template ANY AAAA shop.svc.cluster.local {
        rcode NXDOMAIN
      }
      template IN ANY {
        match ^www[.](?P<rest>.*)[.]$
        answer "{{ .Name }} 60 IN CNAME {{ .Group.rest }}.default.svc.cluster.local"
        answer "{{ .Name }} 60 IN TXT {{ .Message.Id }}"
        fallthrough
      }
      kubernetes cluster.local in-addr.arpa
      cache 10
      forward . UPSTREAM
    }`,
  ],
  [
    'zones from files',
    true,
    `.:53 {
      prometheus 127.0.0.1:0
      file ZONE hosts.test {
        reload 50ms
        reload_by_mtime
        fallthrough
      }
      auto example.com {
        directory FOLDER db\\.(.*) {1}
        reload 50ms
      }
      transfer {
        to *
      }
      loadbalance
      kubernetes cluster.local
    }`,
  ],
  [
    'views and a filter',
    false,
    `.:53 {
      view small {
        expr type() == 'A' && incidr(client_ip(), '127.0.0.0/8')
      }
      prometheus 127.0.0.1:0
      kubernetes cluster.local
    }
    .:53 {
      prometheus 127.0.0.1:0
      acl {
        block type AAAA net 127.0.0.0/8
      }
      kubernetes cluster.local
    }`,
  ],
  [
    'a filter of clients',
    false,
    `.:53 {
      prometheus 127.0.0.1:0
      acl {
        block type AAAA net 127.0.0.0/8
        filter net ::1/128
      }
      template IN A {
        match ^web
        expr client_ip() == '::1'
        fallthrough
      }
      kubernetes cluster.local
      transfer {
        to *
      }
    }`,
  ],
  [
    'a plugin that looks at the client',
    false,
    `.:53 {
      prometheus 127.0.0.1:0
      autopath @kubernetes
      kubernetes cluster.local {
        pods verified
      }
      cache 5 {
        prefetch 2 10s
        keepttl
      }
      forward . UPSTREAM
    }`,
  ],
];

const NAMES = [
  'web.default.svc.cluster.local',
  'db.default.svc.cluster.local',
  'peers.shop.svc.cluster.local',
  'p0.peers.shop.svc.cluster.local',
  '_http._tcp.web.default.svc.cluster.local',
  '_http._tcp.peers.shop.svc.cluster.local',
  'out.default.svc.cluster.local',
  'alias.default.svc.cluster.local',
  'nothing.default.svc.cluster.local',
  'web.nowhere.svc.cluster.local',
  'www.example.com.default.svc.cluster.local',
  'default.svc.cluster.local',
  'cluster.local',
  'ns.dns.cluster.local',
  'dns-version.cluster.local',
  '10-244-9-1.default.pod.cluster.local',
  '10.0.96.10.in-addr.arpa',
  '77.0.96.10.in-addr.arpa',
  '1.9.244.10.in-addr.arpa',
  '2.9.244.10.in-addr.arpa',
  'one.hosts.test',
  'two.hosts.test',
  'www.example.com',
  'many.example.com',
  'mail.example.com',
];

const TYPES = ['A', 'AAAA', 'SRV', 'PTR', 'TXT', 'SOA', 'NS', 'CNAME', 'MX', 'ANY', 'HTTPS'];

type Step =
  | {
      readonly kind: 'ask';
      readonly name: number;
      readonly type: string;
      readonly spelling: number;
      readonly flags: number;
      readonly size: number;
      readonly ipv6: boolean;
      readonly tcp: boolean;
    }
  | { readonly kind: 'change'; readonly object: number; readonly version: number }
  | { readonly kind: 'hosts'; readonly version: number }
  | { readonly kind: 'wait'; readonly seconds: number };

const ask: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('ask' as const),
  name: fc.nat(NAMES.length - 1),
  type: fc.oneof({ weight: 3, arbitrary: fc.constant('A') }, fc.constantFrom(...TYPES)),
  spelling: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, fc.nat(3)),
  flags: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(15)),
  size: fc.constantFrom(512, 600, 1232, 4096),
  ipv6: fc.boolean(),
  tcp: fc.oneof({ weight: 4, arbitrary: fc.constant(false) }, fc.constant(true)),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 30, arbitrary: ask },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('change' as const), object: fc.nat(7), version: fc.nat(3) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('hosts' as const), version: fc.nat(2) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), seconds: fc.constantFrom(0.3, 1, 4, 31) }) },
);

function queryOf(asked: Extract<Step, { kind: 'ask' }>): Uint8Array {
  const text = NAMES[asked.name] ?? '.';
  const spelled = text
    .split('')
    .map((letter, i) => (asked.spelling > 0 && (i * 7) % (asked.spelling + 2) === 0 ? letter.toUpperCase() : letter));
  const { flags } = asked;
  const question = { name: DomainName.parse(spelled.join('')), type: parseType(asked.type) ?? 1, class: CLASS.IN };
  return encodeMessage(
    createMessage({
      id: (asked.name * 977 + flags) & 0xffff,
      recursionDesired: (flags & 1) === 0,
      authenticData: (flags & 2) !== 0,
      checkingDisabled: (flags & 6) === 6,
      questions: [question],
      edns: asked.size === 512 ? undefined : createEdns(asked.size, { dnssecOk: (flags & 8) !== 0 }),
    }),
    { compress: false },
  );
}

/** One of a few objects in one of its forms; the first form is that it is not there. */
function objectAt(object: number, version: number): { readonly path: string; readonly value: object } {
  const namespace = object === 3 || object === 4 ? 'shop' : 'default';
  const services = `/api/v1/namespaces/${namespace}/services`;
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const service = (name: string, spec: object): { path: string; value: object } => ({
    path: `${services}/${name}`,
    value: { apiVersion: 'v1', kind: 'Service', metadata: { name, namespace }, spec },
  });
  const slice = (name: string, of: string, addresses: readonly string[]): { path: string; value: object } => ({
    path: `${slices}/${name}`,
    value: {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: { name, namespace, labels: { 'kubernetes.io/service-name': of } },
      addressType: 'IPv4',
      ports: [{ name: 'http', protocol: 'TCP', port: 80 }],
      endpoints: addresses.map((address, i) => ({
        addresses: [address],
        hostname: `p${i}`,
        conditions: { ready: true },
      })),
    },
  });
  const port = { name: 'http', port: 80, protocol: 'TCP' };
  switch (object) {
    case 0:
      return service('web', { clusterIP: version === 1 ? '10.96.0.10' : '10.96.0.77', ports: [port] });
    case 1:
      return service('db', { clusterIP: '10.96.0.78', ports: [{ ...port, port: 80 + version }] });
    case 2:
      return service('nothing', { clusterIP: '10.96.0.79', ports: [port] });
    case 3:
      return service('peers', { clusterIP: 'None', ports: [port] });
    case 4: {
      const count = [0, 1, 3, 60][version] ?? 0;
      return slice(
        'peers-1',
        'peers',
        Array.from({ length: count }, (_, i) => `10.244.9.${i + 1}`),
      );
    }
    case 5:
      return service('out', {
        type: 'ExternalName',
        externalName: version === 1 ? 'www.example.com' : 'mail.example.com',
      });
    case 6:
      return service('alias', {
        type: 'ExternalName',
        externalName: `${version === 1 ? 'web' : 'db'}.default.svc.cluster.local`,
      });
    default:
      return {
        path: '/api/v1/namespaces/nowhere',
        value: { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'nowhere' } },
      };
  }
}

describe.each(COREFILES)('%s', (_name, remembers, text) => {
  let folder = '';
  let cluster: DevCluster;
  let upstream: Socket;
  let corefile = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'memory-'));
    await writeHosts(folder, 0);
    cluster = await DevCluster.start({ clock: systemClock, logger: silentLogger(), controllers: false });
    await cluster.loadText('{apiVersion: v1, kind: Namespace, metadata: {name: default}}');
    await cluster.loadText('{apiVersion: v1, kind: Namespace, metadata: {name: shop}}');
    upstream = await startUpstream();
    corefile = text
      .replaceAll('UPSTREAM', `127.0.0.1:${upstream.address().port}`)
      .replaceAll('HOSTS', join(folder, 'hosts'))
      .replaceAll('ZONE', join(folder, 'zone'))
      .replaceAll('FOLDER', folder);
  });

  afterAll(async () => {
    upstream.close();
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  it('answers from memory as the plugins do at the same moment', { timeout: 120_000 }, async () => {
    const clock = new MovableClock();
    const both = await TwoWays.start(corefile, cluster.url, clock, folder);
    const run = async (one: Step): Promise<void> => {
      if (one.kind === 'wait') {
        clock.advance(one.seconds * 1000);
      } else if (one.kind === 'hosts') {
        await writeHosts(folder, one.version);
        await sleep(60);
      } else if (one.kind === 'change') {
        const { path, value } = objectAt(one.object, one.version);
        await put(cluster, path, one.version === 0 ? undefined : value);
      } else {
        const client = { address: one.ipv6 ? '::1' : '127.0.0.1', port: 40_000 };
        // What is asked a second time is remembered for the third.
        for (let i = 0; i < 3; i++) {
          const { remembered, made } = await both.ask(queryOf(one), client, one.tcp ? 'tcp' : 'udp');
          if (remembered !== undefined) expect(remembered).toEqual(made);
        }
      }
    };
    try {
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 60, maxLength: 120 }), async (steps) => {
          for (const one of steps) await run(one);
        }),
        { numRuns: 12, endOnFailure: true },
      );
      if (remembers) expect(both.tally.remembered).toBeGreaterThan(both.tally.asked / 10);
      else expect(both.tally.remembered).toBe(0);
      // Remembered answers are counted like those of the plugins.
      const counted = sumOf(both.metrics.expose(), 'coredns_dns_requests_total');
      expect(counted).toBeGreaterThanOrEqual(both.tally.asked + both.tally.remembered);
      const answered = sumOf(both.metrics.expose(), 'coredns_dns_responses_total');
      expect(answered).toBe(counted);
      expect(sumOf(both.metrics.expose(), 'coredns_dns_response_size_bytes_count')).toBe(counted);
      const cached = sumOf(both.metrics.expose(), 'coredns_cache_requests_total');
      const found = sumOf(both.metrics.expose(), 'coredns_cache_hits_total');
      expect(sumOf(both.metrics.expose(), 'coredns_cache_misses_total') + found).toBe(cached);
    } finally {
      await both.stop();
    }
  });
});

function sumOf(exposed: string, name: string): number {
  let sum = 0;
  for (const line of exposed.split('\n')) if (line.startsWith(`${name}{`)) sum += Number(line.split(' ').at(-1));
  return sum;
}

async function writeHosts(folder: string, version: number): Promise<void> {
  const lines = [
    '10.0.0.1 one.hosts.test',
    '10.0.0.2 two.hosts.test',
    '10.0.0.3 one.hosts.test web.default.svc.cluster.local',
  ].slice(0, version + 1);
  await writeFile(join(folder, 'hosts'), `${lines.join('\n')}\n# ${version} ${performance.now()}\n`);
  const records = lines.map((line) => line.replace(/^(\S+) (\S+).*/, '$2. A $1'));
  const zone = (origin: string): string =>
    `$ORIGIN ${origin}.\n$TTL 60\n@ SOA ns admin ${Math.ceil(performance.now())} 7200 1800 86400 60\n@ NS ns\n@ MX 10 a\n@ MX 20 b\n`;
  await writeFile(
    join(folder, 'zone'),
    `${zone('hosts.test')}${records.join('\n')}\nalias CNAME two\n*.wild TXT ${version}\n`,
  );
  if (version === 1) await rm(join(folder, 'db.example.com'), { force: true });
  else
    await writeFile(
      join(folder, 'db.example.com'),
      `${zone('example.com')}www A 192.0.2.${version}\nwww A 192.0.2.9\n`,
    );
}

async function put(cluster: DevCluster, path: string, value: object | undefined): Promise<void> {
  await fetch(`${cluster.url}${path}`, { method: 'DELETE' });
  if (value === undefined) return;
  const response = await fetch(`${cluster.url}${path.slice(0, path.lastIndexOf('/'))}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(value),
  });
  if (!response.ok && response.status !== 409) throw new Error(`${path}: ${response.status} ${await response.text()}`);
}

/** Answers every A query with addresses and a TTL that follow from the name; nothing else exists. */
async function startUpstream(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('message', (octets, remote) => {
    const query = decodeMessage(octets);
    const [question] = query.questions;
    if (question === undefined) return;
    const { name, type } = question;
    const count = name.canonical.startsWith('many') ? 20 : 2;
    const answers =
      type === A.code && !name.canonical.startsWith('mail')
        ? Array.from({ length: count }, (_, i) =>
            A.make(name, 5 + (name.wire.length % 10), { address: Uint8Array.of(192, 0, 2, i) }),
          )
        : [];
    const reply = createMessage({
      id: query.id,
      response: true,
      recursionDesired: query.recursionDesired,
      recursionAvailable: true,
      questions: [question],
      answers,
    });
    socket.send(encodeMessage(reply, { compress: true }), remote.port, remote.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return socket;
}
