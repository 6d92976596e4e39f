import { parseDuration } from '../corefile/duration.ts';
import type { Line, Token } from '../corefile/tree.ts';
import type { Draft } from './draft.ts';
import type { Version } from './versions.ts';

const SINCE: Version = '1.5.0';

/** `no_reload` of auto and file, and the TIMEOUT of auto, are said by `reload`. */
export function unifyZoneReload(draft: Draft): void {
  if (!draft.span.reaches(SINCE)) return;
  for (const { line } of draft.directives('auto', 'file')) {
    const hasReload = draft.options(line, 'reload').length > 0;
    const noReloads = draft.options(line, 'no_reload');
    const timeouts = line.name.text === 'auto' ? timeoutsOf(draft, line) : [];
    let written = hasReload;
    for (const option of noReloads) {
      replaceOption(draft, option, written ? undefined : 'reload 0');
      written = true;
    }
    for (const timeout of timeouts) {
      dropTimeout(draft, line, timeout, written);
      written = true;
    }
  }
}

function replaceOption(draft: Draft, option: Line, modern: string | undefined): void {
  const words = [option.name, ...option.arguments].map(({ text }) => text).join(' ');
  const why = '"reload DURATION" is the one way to say how often zones are read again, 0 for never';
  const version = SINCE;
  if (modern === undefined) {
    draft.change([option.name], { action: 'remove', what: `removed "${words}"`, why, version }, () =>
      draft.editor.remove(option),
    );
  } else {
    const what = `wrote "${modern}" in place of "${words}"`;
    draft.change([option.name], { action: 'replace', what, why, version }, () =>
      draft.editor.replaceLine(option, modern),
    );
  }
}

/** `timeout TIMEOUT`, or what stands behind the template of `directory`. */
interface Timeout {
  readonly option: Line;
  readonly value: Token;
}

function timeoutsOf(draft: Draft, auto: Line): readonly Timeout[] {
  return draft.options(auto, 'directory', 'timeout').flatMap((option) => {
    const value = option.arguments[option.name.text === 'directory' ? 3 : 0];
    return value === undefined ? [] : [{ option, value }];
  });
}

function dropTimeout(draft: Draft, auto: Line, { option, value }: Timeout, written: boolean): void {
  // It counts seconds.
  const duration = parseDuration(value.text) === undefined || value.text === '0' ? `${value.text}s` : value.text;
  if (option.name.text === 'timeout') {
    replaceOption(draft, option, written ? undefined : `reload ${duration}`);
    return;
  }
  const what = `removed the TIMEOUT ${value.text} from "directory"${written ? '' : `, and added "reload ${duration}"`}`;
  const why = '"reload DURATION" says how often the directory is looked at';
  draft.change([option.name, auto.name], { action: 'replace', what, why, version: SINCE }, () => {
    draft.editor.replaceLine(option, draft.layout.sourceWith(option, value, '').trimEnd());
    if (!written) draft.editor.addOption(auto, { words: `reload ${duration}` });
  });
}
