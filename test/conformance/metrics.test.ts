import { expect, test } from 'vitest';
import { missingMetrics } from './metrics.ts';

const exposition = `# HELP hits Hits.
# TYPE hits counter
hits{server="dns://:53",zone="."} 3
plain 0
`;

test.each([
  ['labels in another order', ['hits{zone=".",server="dns://:53"} 3'], []],
  ['any value', ['hits{server="dns://:53",zone="."} *'], []],
  ['no labels', ['plain 0'], []],
  ['another value', ['plain 1'], ['plain{}: expected 1, came 0']],
  ['other labels', ['hits{zone="."} 3'], ['hits{zone="."}: expected 3, came {server="dns://:53",zone="."} 3']],
  ['another name', ['misses 1'], ['misses{}: expected 1, no such metric']],
])('%s', (_, has, differences) => {
  expect(missingMetrics(exposition, has)).toEqual(differences);
});

test('types', () => {
  expect(missingMetrics(exposition, [], ['hits counter', 'plain gauge'])).toEqual([
    'no metric of the type "plain gauge"',
  ]);
});
