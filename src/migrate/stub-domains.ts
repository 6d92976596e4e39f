import type { ServerBlock } from '../corefile/tree.ts';
import type { Draft, Found } from './draft.ts';
import type { Version } from './versions.ts';

const SINCE: Version = '1.4.0';
/** The last version of the time in which proxies became forwards. */
const LAST: Version = '1.5.0';

/** Since when `forward` may stand several times in a server block, as `proxy` might. */
const SEVERAL: Version = '1.9.4';

/** Gives each `forward` that is for a domain of its own a server block of its own, as had to be when `proxy` went. */
export function splitStubDomains(draft: Draft): void {
  if (!draft.span.crosses(SINCE) && !draft.span.crosses(LAST)) return;
  const served = new Set(draft.blocks.flatMap(({ keys }) => keys.map(({ text }) => normal(text))));
  const stubs = new Map<string, Found[]>();
  for (const found of draft.directives('forward')) {
    const [from] = found.line.arguments;
    if (from === undefined || from.text === '.' || found.line.arguments.length < 2) continue;
    const key = newKey(found.block, draft.layout.wordOf(from));
    if (key === undefined || served.has(normal(key)) || !draft.layout.isWithin(found.line, found.block)) {
      noteUnsplit(draft, found, from.text);
    } else {
      stubs.set(key, [...(stubs.get(key) ?? []), found]);
    }
  }
  for (const [key, founds] of stubs) moveAway(draft, key, founds);
}

/** The key of a block for the domain, on the same port; undefined when the block does not serve all names on one port. */
function newKey({ keys }: ServerBlock, domain: string): string | undefined {
  const [key] = keys;
  const match = keys.length === 1 && key !== undefined ? /^\.(:\d+)?$/.exec(key.text) : null;
  return match === null ? undefined : domain + (match[1] ?? '');
}

/** Keys that would serve the same have the same form. */
function normal(key: string): string {
  return key
    .toLowerCase()
    .replace(/^dns:\/\//, '')
    .replace(/:53$/, '')
    .replace(/(?<=.)\.$/, '');
}

function noteUnsplit(draft: Draft, { line, block }: Found, domain: string): void {
  // Alone it is no trouble.
  const forwards = block.directives.filter(({ name }) => name.text === 'forward');
  if (forwards.length === 1 || draft.span.reaches(SEVERAL)) return;
  draft.note(line.name, {
    what: `left "forward ${domain}" where it is, beside another forward`,
    why: 'before 1.9.4 CoreDNS takes only one forward in a server block: move it to a server block of its own',
    version: SINCE,
  });
}

function moveAway(draft: Draft, key: string, founds: readonly Found[]): void {
  const [first] = founds;
  if (first === undefined) return;
  const { unit } = draft.layout;
  const binds = first.block.directives.filter(
    (line) => line.name.text === 'bind' && draft.layout.isWithin(line, first.block),
  );
  const lines = [
    ...binds.map((line) => draft.layout.sourceOf(line)),
    'errors',
    'cache 30',
    ...founds.map(forwardAll(draft)),
    'loop',
  ];
  const text = `${key} {\n${lines.map((line) => `${unit}${line}\n`).join('')}}`;
  for (const { line } of founds) {
    const domain = line.arguments[0]?.text ?? '';
    const change = {
      action: 'move',
      what: `moved "forward ${domain}" to a server block "${key}" at the end, with errors, cache, loop`,
      why: 'proxy may stand several times in a server block, forward only once before 1.9.4',
      version: SINCE,
    } as const;
    draft.change([line.name], change, () => draft.editor.remove(line));
  }
  draft.editor.addBlock(text, first.line.name);
}

/** The text of the directive with `.` in place of the domain, which is its block's now. */
function forwardAll(draft: Draft): (found: Found) => string {
  return ({ line }) => {
    const [from] = line.arguments;
    const source = from === undefined ? draft.layout.sourceOf(line) : draft.layout.sourceWith(line, from, '.');
    return source.replaceAll('\r\n', '\n');
  };
}
