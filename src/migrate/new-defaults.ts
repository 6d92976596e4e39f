import type { ServerBlock } from '../corefile/tree.ts';
import type { Change } from './change.ts';
import type { Draft } from './draft.ts';
import type { Version } from './versions.ts';

/** What Corefiles have since some version because one is better off with it. Who had a newer version chose to do without. */
export function addNewDefaults(draft: Draft): void {
  addDirective(draft, {
    since: '1.2.1',
    directive: 'loop',
    beside: ['forward', 'proxy'],
    why: 'it finds queries that come back, which else would go round until the server has no memory left',
  });
  addDirective(draft, {
    since: '1.5.0',
    directive: 'ready',
    beside: ['kubernetes'],
    why: 'its endpoint, :8181/ready, says when the cluster is known; a readiness probe should ask it',
  });
  addOption(draft, {
    since: '1.6.5',
    plugin: 'health',
    option: 'lameduck',
    value: '5s',
    why: 'the server goes on answering while it is taken out of the cluster DNS Service',
  });
  addOption(draft, {
    since: '1.7.0',
    plugin: 'forward',
    option: 'max_concurrent',
    value: '1000',
    why: 'upstreams that do not answer cannot make the server use up its memory',
  });
}

interface NewDirective {
  readonly since: Version;
  readonly directive: string;
  readonly beside: readonly string[];
  readonly why: string;
}

function addDirective(draft: Draft, { since, directive, beside, why }: NewDirective): void {
  if (!draft.span.crosses(since)) return;
  for (const block of draft.blocks) {
    const cause = block.directives.find(({ name }) => beside.includes(name.text));
    if (cause === undefined || hasDirective(block, directive)) continue;
    const change = added(directive, `the server block ${block.keys.map(({ text }) => text).join(' ')}`, why, since);
    const key = block.keys[0] ?? cause.name;
    draft.change([key], change, () => draft.editor.append(block, { words: directive }, key));
  }
  draft.commit();
}

function hasDirective({ directives }: ServerBlock, name: string): boolean {
  return directives.some((line) => line.name.text === name);
}

interface NewOption {
  readonly since: Version;
  readonly plugin: string;
  readonly option: string;
  readonly value: string;
  readonly why: string;
}

function addOption(draft: Draft, { since, plugin, option, value, why }: NewOption): void {
  if (!draft.span.crosses(since)) return;
  const words = `${option} ${value}`;
  for (const { line } of draft.directives(plugin)) {
    if (draft.options(line, option).length > 0) continue;
    draft.change([line.name], added(words, plugin, why, since), () => draft.editor.addOption(line, { words }));
  }
  draft.commit();
}

function added(words: string, to: string, why: string, version: Version): Omit<Change, 'file' | 'line'> {
  return { action: 'add', what: `added "${words}" to ${to}`, why, version };
}
