// Prints a line for pending.txt for each case whose Corefiles use directives that no plugin of ours stands for:
// node test/conformance/list-pending.ts. Look at them before you copy them.
import { order } from '../../src/plugins/order.ts';
import { type Case, loadCases } from './case.ts';

const known = new Set(['import', ...order.map(({ name }) => name)]);

for (const { id, vector } of await loadCases()) {
  // A case in which the server has to refuse passes without the plugin, too.
  if (vector.start === 'fails') continue;
  const missing = new Set(
    corefilesOf(vector)
      .flatMap(directivesIn)
      .filter((name) => !known.has(name)),
  );
  if (missing.size > 0) process.stdout.write(`${id}  needs ${[...missing].toSorted().join(', ')}\n`);
}

function corefilesOf(vector: Case): string[] {
  const accepted = (vector.configs ?? []).filter(({ start }) => start === 'ok').map(({ corefile }) => corefile);
  const written = (vector.steps ?? []).map((step) => ('write' in step ? step.write['Corefile'] : undefined));
  return [vector.corefile, ...accepted, ...written].filter((text) => typeof text === 'string');
}

/** The first words of the lines one brace deep: a guess, good enough for Corefiles that are written neatly. */
function directivesIn(corefile: string): string[] {
  const names: string[] = [];
  let depth = 0;
  for (const line of corefile.split('\n')) {
    const words = line.trim().split(/\s+/);
    if (depth === 1 && /^[a-z]\w*$/.test(words[0] ?? '')) names.push(words[0] ?? '');
    if (words.at(-1) === '{') depth += 1;
    if (words.at(-1) === '}') depth -= 1;
  }
  return names;
}
