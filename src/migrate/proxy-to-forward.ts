import type { Line } from '../corefile/tree.ts';
import type { Draft } from './draft.ts';
import type { Version } from './versions.ts';

const SINCE: Version = '1.4.0';

/** Options of proxy that forward does without. */
const DROPPED: Readonly<Record<string, string>> = {
  fail_timeout: 'forward asks an upstream that failed until it answers',
  max_fails: 'forward counts failed health checks of its own',
  health_check: 'forward checks upstreams with DNS queries, by itself; its health_check is another one',
  report_health: 'forward has metrics for it',
  spray: 'forward asks a random upstream when all are down, always',
};

/** Policies of proxy that forward does not have, and what comes nearest. */
const POLICIES: Readonly<Record<string, string>> = { first: 'sequential', least_conn: 'random' };

/** `proxy` is gone since 1.5.0; `forward` does the same, with other options. */
export function turnProxyIntoForward(draft: Draft): void {
  if (!draft.span.reaches(SINCE)) {
    removeIgnoredProtocol(draft);
    return;
  }
  for (const { line } of draft.directives('proxy')) {
    const change = {
      action: 'replace',
      what: 'wrote "forward" in place of "proxy"',
      why: 'proxy is deprecated, and from 1.5.0 on CoreDNS does not start with it',
      version: SINCE,
    } as const;
    draft.change([line.name], change, () => draft.editor.replace(line.name, 'forward'));
    for (const option of draft.options(line, ...Object.keys(DROPPED))) {
      drop(draft, option, DROPPED[option.name.text] ?? '');
    }
    for (const option of draft.options(line, 'policy')) replacePolicy(draft, option);
    for (const option of draft.options(line, 'protocol')) replaceProtocol(draft, option);
  }
}

function drop(draft: Draft, option: Line, why: string): void {
  draft.change(
    [option.name],
    { action: 'remove', what: `removed "${wordsOf(option)}" from forward`, why, version: SINCE },
    () => draft.editor.remove(option),
  );
}

function wordsOf({ name, arguments: words }: Line): string {
  return [name, ...words].map(({ text }) => text).join(' ');
}

function replacePolicy(draft: Draft, option: Line): void {
  const [policy] = option.arguments;
  const modern = POLICIES[policy?.text ?? ''];
  if (policy === undefined || modern === undefined) return;
  const what = `wrote "policy ${modern}" in place of "policy ${policy.text}"`;
  const why = `forward has no policy ${policy.text}; ${modern} comes nearest`;
  draft.change([option.name], { action: 'replace', what, why, version: SINCE }, () =>
    draft.editor.replace(policy, modern),
  );
}

function replaceProtocol(draft: Draft, option: Line): void {
  const [kind, second] = option.arguments;
  if (kind?.text === 'force_tcp' || second?.text === 'force_tcp') {
    const what = `wrote "force_tcp" in place of "${wordsOf(option)}"`;
    const why = 'so forward says it';
    draft.change([option.name], { action: 'replace', what, why, version: SINCE }, () =>
      draft.editor.replaceLine(option, 'force_tcp'),
    );
    return;
  }
  drop(draft, option, PROTOCOLS[kind?.text ?? ''] ?? 'forward has no such option');
}

const PROTOCOLS: Readonly<Record<string, string>> = {
  dns: 'forward speaks DNS without being told',
  grpc: 'forward does not speak gRPC: the servers are asked by plain DNS now; write grpc FROM TO... in place of forward if they need it',
  https_google:
    'it is gone: the servers are asked by plain DNS now; forward . tls://ADDRESS or https://ADDRESS is encrypted',
};

function removeIgnoredProtocol(draft: Draft): void {
  const version = '1.1.4';
  if (!draft.span.reaches(version)) return;
  for (const { line } of draft.directives('proxy')) {
    for (const option of draft.options(line, 'protocol')) {
      if (option.arguments[0]?.text !== 'https_google') continue;
      const what = 'removed "protocol https_google" from proxy';
      const why = 'it is ignored, and from 1.2.0 on CoreDNS does not start with it';
      draft.change([option.name], { action: 'remove', what, why, version }, () => draft.editor.remove(option));
    }
  }
}
