import type { Line } from '../corefile/tree.ts';
import type { Draft } from './draft.ts';
import type { NewLine } from './editor.ts';
import type { Version } from './versions.ts';

/** Options of one plugin that are said in another way, or by another plugin, now. */
export function moveOptions(draft: Draft): void {
  keepOneEndpoint(draft);
  moveTransfers(draft);
  renameFailFast(draft);
  nameHeaderSelector(draft);
}

function keepOneEndpoint(draft: Draft): void {
  const version = '1.3.1';
  if (!draft.span.reaches(version)) return;
  for (const { line } of draft.directives('kubernetes')) {
    for (const option of draft.options(line, 'endpoint')) {
      const [first, second] = option.arguments;
      if (first === undefined || second === undefined) continue;
      const what = `kept only the first endpoint of kubernetes, ${first.text}`;
      const why = 'several are deprecated, and ignored from 1.4.0 on; put a load balancer before the API servers';
      draft.change([option.name], { action: 'replace', what, why, version }, () =>
        draft.editor.replaceLine(option, `endpoint ${draft.layout.wordOf(first)}`),
      );
    }
  }
}

const TRANSFER: Version = '1.8.0';

/** `transfer to` in the block of a plugin that has zones is a plugin of its own. `transfer from` of secondary stays. */
function moveTransfers(draft: Draft): void {
  if (!draft.span.reaches(TRANSFER)) return;
  for (const found of draft.directives('auto', 'file', 'kubernetes', 'secondary')) {
    const transfers = draft.options(found.line, 'transfer').filter((option) => option.arguments[0]?.text === 'to');
    const [first] = transfers;
    if (first === undefined) continue;
    const directive = transferOf(draft, found.line, transfers);
    const plugin = found.line.name.text;
    const what =
      directive === undefined
        ? `removed "transfer to" without an address from ${plugin}`
        : `moved "transfer to" of ${plugin} to a directive "${directive.words}" behind it`;
    const why = `transfer is a plugin of its own; CoreDNS does not start with it in ${plugin}`;
    const action = directive === undefined ? 'remove' : 'move';
    draft.change(
      [...transfers, found.line].map(({ name }) => name),
      { action, what, why, version: TRANSFER },
      () => {
        for (const option of transfers) draft.editor.remove(option);
        if (directive !== undefined) draft.editor.addAfter(found.line, directive);
      },
    );
  }
}

function transferOf(draft: Draft, line: Line, transfers: readonly Line[]): NewLine | undefined {
  const zones = zonesOf(line).map((zone) => draft.layout.wordOf(zone));
  const block = transfers
    .map((option) => option.arguments.map((word) => draft.layout.wordOf(word)).join(' '))
    .filter((words) => words !== 'to')
    .map((words) => ({ words }));
  return block.length === 0 ? undefined : { words: ['transfer', ...zones].join(' '), block };
}

/** For kubernetes the first zone only: the others are reverse zones as a rule. */
function zonesOf({ name, arguments: words }: Line): Line['arguments'] {
  if (name.text === 'kubernetes') return words.slice(0, 1);
  return name.text === 'file' ? words.slice(1) : words;
}

function renameFailFast(draft: Draft): void {
  const version = '1.12.0';
  if (!draft.span.reaches(version)) return;
  for (const { line } of draft.directives('forward')) {
    for (const option of draft.options(line, 'fail_fast')) {
      const modern = 'failfast_all_unhealthy_upstreams';
      const what = `wrote "${modern}" in place of "fail_fast"`;
      const why = 'the option has another name';
      draft.change([option.name], { action: 'replace', what, why, version }, () =>
        draft.editor.replace(option.name, modern),
      );
    }
  }
}

function nameHeaderSelector(draft: Draft): void {
  const version = '1.9.4';
  if (!draft.span.reaches(version)) return;
  for (const { line } of draft.directives('header')) {
    for (const { name } of line.block ?? []) {
      if (!/^(?:set|clear)$/i.test(name.text)) continue;
      const what = `wrote "response ${name.text}" in place of "${name.text}" in header`;
      const why =
        'each line says whether it is about queries or responses; from 1.12.4 on CoreDNS does not start without';
      draft.change([name], { action: 'replace', what, why, version }, () =>
        draft.editor.replace(name, `response ${name.text}`),
      );
    }
  }
}
