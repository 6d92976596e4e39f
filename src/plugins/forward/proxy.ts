import { zones } from '../../plugin-api/kinds.ts';
import { countArguments, grammar, many, type Option, type Report, retired } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';
import type { Token } from '../../corefile/tree.ts';
import { setUpForward } from './forward.ts';
import { defaultOptions, type ForwardOptions, route } from './options.ts';
import type { PolicyName } from './policy.ts';

/** Its policies, and what comes nearest to them today. */
const POLICIES: Readonly<Record<string, PolicyName>> = {
  random: 'random',
  round_robin: 'round_robin',
  sequential: 'sequential',
  first: 'sequential',
  always_first: 'sequential',
  least_conn: 'random',
};

const policy: Option<PolicyName> = grammar<PolicyName>({
  usage: Object.keys(POLICIES).join('|'),
  summary: 'Which upstream is asked first; first and always_first mean sequential, least_conn means random.',
  initial: 'random',
  read(line, previous, report) {
    if (!countArguments(line, 1, 1, policy.usage, report)) return previous;
    const [token] = line.arguments;
    const modern = Object.hasOwn(POLICIES, token?.text ?? '') ? POLICIES[token?.text ?? ''] : undefined;
    if (token === undefined || modern === undefined) {
      report({
        code: 'option/value',
        message: `"${token?.text}" is no policy of proxy`,
        place: (token ?? line.name).place,
        hint: `write one of: ${Object.keys(POLICIES).join(', ')}`,
      });
      return previous;
    }
    if (token.text !== modern)
      warn(token, `policy "${token.text}" is gone: ${modern} is used`, `policy ${modern}`, report);
    return modern;
  },
});

/** Is plain DNS by TCP forced? Other protocols than DNS are gone. */
const protocol: Option<boolean> = grammar<boolean>({
  usage: 'dns [force_tcp]|https_google [bootstrap ADDRESS...]|grpc [insecure|CA|KEY CERT|KEY CERT CA]',
  summary: 'dns force_tcp asks by TCP; the others have no effect: plain DNS is spoken.',
  initial: false,
  read(line, previous, report) {
    if (!countArguments(line, 1, Infinity, protocol.usage, report)) return previous;
    const [kind, word, ...rest] = line.arguments;
    switch (kind?.text) {
      case 'dns':
        if (word === undefined) return false;
        if (word.text === 'force_tcp' && rest.length === 0) return true;
        break;
      case 'https_google':
        warn(
          kind,
          'protocol https_google is gone: plain DNS is spoken',
          'forward . tls://8.8.8.8 tls://8.8.4.4',
          report,
        );
        return false;
      case 'grpc':
        warn(kind, 'protocol grpc has no effect here: plain DNS is spoken', 'grpc FROM TO...', report);
        return false;
      default:
    }
    report({
      code: 'option/value',
      message: `"${line.arguments.map(({ text }) => text).join(' ')}" is no protocol of proxy`,
      place: (kind ?? line.name).place,
      hint: 'write dns or dns force_tcp',
    });
    return previous;
  },
});

function warn(token: Token, message: string, instead: string, report: Report): void {
  report({ severity: 'warning', code: 'option/retired', message, place: token.place, hint: `write "${instead}"` });
}

/** The old name of forward: its directive and options are read as they were, its queries are handled by forward. */
export const proxy: Plugin = definePlugin({
  name: 'proxy',
  summary: 'The old spelling of forward.',
  reads: 'everything',
  repeatable: true,
  retired: 'forward',
  parameters: route,
  options: {
    policy,
    except: many(zones, { initial: [], summary: 'Zones within FROM that are not forwarded.' }),
    protocol,
    fail_timeout: retired({
      summary: 'How long an upstream that failed was left alone.',
      instead: 'remove it: forward asks an upstream that failed until it answers, see health_check',
    }),
    max_fails: retired({
      summary: 'Failures after which an upstream was down.',
      instead: 'remove it: forward counts failed health checks, 2 of them unless its own max_fails says otherwise',
    }),
    health_check: retired({
      summary: 'An HTTP path and port that told whether an upstream was well.',
      instead: 'remove it: forward checks with DNS queries, by itself',
    }),
    report_health: retired({ summary: 'Showed the health of upstreams.', instead: 'remove it' }),
    spray: retired({
      summary: 'Asked a random upstream when all were down.',
      instead: 'remove it: forward does that always',
    }),
  },
  setup(stanzas, context) {
    return setUpForward(
      stanzas.map((stanza) => ({ ...stanza, options: modernOptions(stanza.options) })),
      context,
    );
  },
});

/** What the old options say in forward's words; the others are as when forward's block is empty. */
function modernOptions(old: {
  readonly policy: PolicyName;
  readonly except: ForwardOptions['except'];
  readonly protocol: boolean;
}): ForwardOptions {
  return { ...defaultOptions, policy: old.policy, except: old.except, force_tcp: old.protocol };
}
