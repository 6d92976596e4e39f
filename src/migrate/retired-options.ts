import type { Draft } from './draft.ts';
import type { Version } from './versions.ts';

/** Options that do nothing any more, or keep CoreDNS from starting. */
interface RetiredOption {
  readonly plugins: readonly string[];
  readonly option: string;
  /** Since when it may be left out. */
  readonly since: Version;
  readonly why: string;
}

const RESOLVED_BY_ITSELF = 'the server itself resolves the targets of aliases';

const RETIRED: readonly RetiredOption[] = [
  {
    plugins: ['etcd'],
    option: 'stubzones',
    since: '1.2.0',
    why: 'stub zones in etcd are gone, it does nothing any more; a server block of its own with forward does the same',
  },
  { plugins: ['etcd'], option: 'debug', since: '1.2.0', why: 'it does nothing any more' },
  {
    plugins: ['kubernetes'],
    option: 'upstream',
    since: '1.4.0',
    why: `${RESOLVED_BY_ITSELF}; from 1.7.0 on CoreDNS does not start with it`,
  },
  {
    plugins: ['auto', 'clouddns', 'etcd', 'file', 'route53', 'secondary', 'template'],
    option: 'upstream',
    since: '1.4.0',
    why: RESOLVED_BY_ITSELF,
  },
  {
    plugins: ['kubernetes'],
    option: 'resyncperiod',
    since: '1.5.0',
    why: 'watches are kept up to date without it; from 1.7.0 on CoreDNS does not start with it',
  },
];

export function removeRetiredOptions(draft: Draft): void {
  for (const { plugins, option, since, why } of RETIRED) {
    if (!draft.span.reaches(since)) continue;
    for (const { line } of draft.directives(...plugins)) {
      for (const retired of draft.options(line, option)) {
        const what = `removed "${option}" from ${line.name.text}`;
        draft.change([retired.name], { action: 'remove', what, why, version: since }, () =>
          draft.editor.remove(retired),
        );
      }
    }
  }
}
