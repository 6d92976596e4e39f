import { parseDuration } from '../../corefile/duration.ts';
import type { Token } from '../../corefile/tree.ts';
import { DomainName } from '../../dns/name.ts';
import { address, domainName, duration, integer, oneOf, text, zones } from '../../plugin-api/kinds.ts';
import { countArguments, flag, grammar, many, one, type Option, readToken } from '../../plugin-api/options.ts';
import type { HttpsMethod } from '../../transport/upstream/https-client.ts';
import { failureRcode, rcode, resolverAddress } from './kinds.ts';
import type { PolicyName } from './policy.ts';

/** `max_fails` and `max_connect_attempts` are 32-bit numbers in CoreDNS. */
const MAXIMUM_COUNT = 0xffff_ffff;
/** CoreDNS's limit for the arguments that follow FROM. */
const MAXIMUM_DESTINATIONS = 15;

/** What stands on the directive's line. */
export interface Route {
  /** Names in these zones are forwarded; only the first one counts. */
  readonly from: readonly DomainName[];
  readonly to: readonly Token[];
}

export const route: Option<Route> = grammar<Route>({
  usage: 'FROM TO...',
  summary:
    'Names in zone FROM are asked of the servers TO: IP[:PORT], tls://IP[%NAME], https://IP, a file like resolv.conf, a host name.',
  initial: { from: [], to: [] },
  read(line, previous, report) {
    if (!countArguments(line, 2, Infinity, 'FROM TO...', report)) return previous;
    const [first, ...to] = line.arguments;
    const surplus = to[MAXIMUM_DESTINATIONS];
    if (surplus !== undefined) {
      report({
        code: 'option/arguments',
        message: `more than ${MAXIMUM_DESTINATIONS} TOs configured: ${to.length}`,
        place: surplus.place,
        hint: `keep at most ${MAXIMUM_DESTINATIONS} of them; a file with many nameservers counts as one`,
      });
    }
    return { from: readToken(zones, first, report) ?? [], to };
  },
});

export interface HealthCheckSetting {
  readonly interval: number;
  readonly recursionDesired: boolean;
  readonly name: DomainName;
}

/** The shortest time that a Go duration can say, in milliseconds. */
const NANOSECOND = 1e-6;

/** What a block of forward says. */
export interface ForwardOptions {
  readonly except: readonly (readonly DomainName[])[];
  readonly force_tcp: boolean;
  readonly prefer_udp: boolean;
  readonly expire: number;
  readonly max_age: number;
  readonly max_idle_conns: number;
  readonly max_fails: number;
  readonly max_connect_attempts: number | undefined;
  readonly health_check: HealthCheckSetting;
  readonly read_timeout: number;
  readonly policy: PolicyName;
  readonly max_concurrent: number;
  readonly tls: readonly string[] | undefined;
  readonly tls_servername: string | undefined;
  readonly doh_method: HttpsMethod;
  readonly next: readonly number[];
  readonly next_on_nodata: boolean;
  readonly failover: readonly number[];
  readonly failfast_all_unhealthy_upstreams: boolean;
  readonly resolver: readonly string[];
  readonly source_address: string | undefined;
}

/** What forward does when its block is empty. */
export const defaultOptions: ForwardOptions = {
  except: [],
  force_tcp: false,
  prefer_udp: false,
  expire: 10_000,
  max_age: 0,
  max_idle_conns: 0,
  max_fails: 2,
  max_connect_attempts: undefined,
  health_check: { interval: 500, recursionDesired: true, name: DomainName.root },
  read_timeout: 2000,
  policy: 'random',
  max_concurrent: 0,
  tls: undefined,
  tls_servername: undefined,
  doh_method: 'POST',
  next: [],
  next_on_nodata: false,
  failover: [],
  failfast_all_unhealthy_upstreams: false,
  resolver: [],
  source_address: undefined,
};

const healthCheck: Option<HealthCheckSetting> = grammar<HealthCheckSetting>({
  usage: 'DURATION [no_rec] [domain NAME]',
  summary: 'How often an upstream that failed is asked whether it is back, and with which question.',
  initial: defaultOptions.health_check,
  read(line, previous, report) {
    const [first, ...rest] = line.arguments;
    if (!countArguments(line, 1, 4, 'DURATION [no_rec] [domain NAME]', report)) return previous;
    let setting: HealthCheckSetting = {
      interval: readToken(duration(), first, report) ?? previous.interval,
      recursionDesired: true,
      name: DomainName.root,
    };
    for (let i = 0; i < rest.length; i++) {
      const word = rest[i];
      if (word === undefined) break;
      if (word.text === 'no_rec') {
        setting = { ...setting, recursionDesired: false };
      } else if (word.text === 'domain') {
        const name = rest[++i];
        if (name === undefined) {
          report({
            code: 'option/arguments',
            message: '"domain" needs a name',
            place: word.place,
            hint: 'write: health_check DURATION [no_rec] [domain NAME]',
          });
        }
        setting = { ...setting, name: readToken(domainName, name, report) ?? setting.name };
      } else {
        report({
          code: 'option/value',
          message: `health_check has no option "${word.text}"`,
          place: word.place,
          hint: parseDuration(word.text) === undefined ? 'write no_rec or domain NAME' : 'the interval stands first',
        });
      }
    }
    return setting;
  },
});

export const options: { readonly [Name in keyof ForwardOptions]: Option<ForwardOptions[Name]> } = {
  except: many(zones, {
    initial: defaultOptions.except,
    repeat: 'add',
    summary: 'Zones within FROM that are not forwarded.',
  }),
  force_tcp: flag({ summary: 'Ask upstreams by TCP, however the query came.' }),
  prefer_udp: flag({
    summary:
      'Ask upstreams by UDP first, also when the query came by TCP; a truncated reply is asked for again by TCP.',
  }),
  expire: one(duration(), {
    initial: defaultOptions.expire,
    summary: 'Connections that were idle for so long are closed.',
  }),
  max_age: one(duration(), {
    initial: defaultOptions.max_age,
    summary: 'Connections are replaced after this time, used or not; 0 for no limit.',
  }),
  max_idle_conns: one(integer('NUMBER', { minimum: 0 }), {
    initial: defaultOptions.max_idle_conns,
    summary: 'Idle connections kept for each upstream and protocol; 0 for no limit.',
  }),
  max_fails: one(integer('NUMBER', { minimum: 0, maximum: MAXIMUM_COUNT }), {
    initial: defaultOptions.max_fails,
    summary: 'Failed health checks after which an upstream is down; 0 never takes one for down.',
  }),
  max_connect_attempts: one(integer('NUMBER', { minimum: 0, maximum: MAXIMUM_COUNT }), {
    initial: defaultOptions.max_connect_attempts,
    summary:
      'Failed tries that one query may cost (twice the number of upstreams, when not given); 0 for as many as fit in 5 s.',
  }),
  health_check: healthCheck,
  read_timeout: one(duration({ minimum: NANOSECOND }), {
    initial: defaultOptions.read_timeout,
    summary: 'How long one upstream may take to answer.',
  }),
  policy: one(oneOf<PolicyName>(['random', 'round_robin', 'sequential']), {
    initial: defaultOptions.policy,
    summary: 'Which upstream is asked first.',
  }),
  max_concurrent: one(integer('NUMBER', { minimum: 0 }), {
    initial: defaultOptions.max_concurrent,
    summary: 'Queries being forwarded at a time; those above get REFUSED. 0 for no limit.',
  }),
  tls: many(text('FILE'), {
    initial: undefined,
    least: 0,
    most: 3,
    summary: 'Files for TLS: none, CA, CERT KEY, or CERT KEY CA.',
  }),
  tls_servername: one(text('NAME'), {
    initial: defaultOptions.tls_servername,
    summary: 'The name that certificates of upstreams have to carry.',
  }),
  doh_method: one(oneOf<HttpsMethod>(['POST', 'GET']), {
    initial: defaultOptions.doh_method,
    summary: 'How https:// upstreams are asked.',
  }),
  next: many(rcode, {
    initial: defaultOptions.next,
    repeat: 'add',
    summary: 'Replies with these rcodes are not used: the next forward line of the block is asked.',
  }),
  next_on_nodata: flag({ summary: 'As next, for NOERROR without answer records.' }),
  failover: many(failureRcode, {
    initial: defaultOptions.failover,
    repeat: 'add',
    summary: 'After a reply with one of these rcodes the next upstream is asked.',
  }),
  failfast_all_unhealthy_upstreams: flag({
    summary: 'When all upstreams are down answer SERVFAIL at once, without a try.',
  }),
  resolver: many(resolverAddress, {
    initial: defaultOptions.resolver,
    repeat: 'add',
    summary: 'Who is asked for host names in TO, in place of the resolver of this machine.',
  }),
  source_address: one(address, {
    initial: defaultOptions.source_address,
    summary: 'The address that queries are sent from.',
  }),
};
