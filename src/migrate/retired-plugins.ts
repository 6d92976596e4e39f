import type { Draft } from './draft.ts';
import type { Version } from './versions.ts';

const GONE: Readonly<Record<string, { readonly since: Version; readonly why: string }>> = {
  reverse: {
    since: '1.1.4',
    why: 'the plugin is gone; template makes names from addresses and addresses from names, if you need them',
  },
  federation: {
    since: '1.7.0',
    why: 'the plugin is gone, and with it names of services in other clusters; nothing takes its place',
  },
};

/** Removes directives whose plugins are gone, and turns those that live on in another one into that. */
export function replaceRetiredPlugins(draft: Draft): void {
  for (const [plugin, { since, why }] of Object.entries(GONE)) {
    if (!draft.span.reaches(since)) continue;
    for (const { line } of draft.directives(plugin)) {
      draft.change([line.name], { action: 'remove', what: `removed ${plugin}`, why, version: since }, () =>
        draft.editor.remove(line),
      );
    }
  }
  replaceHooks(draft);
}

function replaceHooks(draft: Draft): void {
  const version = '1.1.0';
  if (!draft.span.reaches(version)) return;
  for (const { line } of draft.directives('shutdown', 'startup')) {
    const event = line.name.text;
    const what = `wrote "on ${event}" in place of "${event}"`;
    const why = `${event} is gone; on runs commands at all events`;
    draft.change([line.name], { action: 'replace', what, why, version }, () =>
      draft.editor.replace(line.name, `on ${event}`),
    );
  }
}
