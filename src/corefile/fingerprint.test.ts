import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { fingerprint } from './fingerprint.ts';
import { memoryImports } from './memory-imports.ts';
import { parseCorefile } from './parse.ts';

function textOf(corefile: string, more = 'log', environment: Record<string, string> = {}): string {
  const imports = memoryImports({ '/more': more });
  return fingerprint(parseCorefile(corefile, { file: 'Corefile', environment, imports }).corefile, 'Corefile');
}

describe('fingerprint', () => {
  it('has the keys, and the words of each directive with file and line', () => {
    const text = textOf('a.test, b.test {\n log {\n class all # c\n }\n import more\n errors "<&>"\n}', 'log .');
    expect(JSON.parse(text)).toEqual([
      {
        Keys: ['a.test', 'b.test'],
        Tokens: {
          errors: [
            { File: '', Line: 6, Text: 'errors' },
            { File: '', Line: 6, Text: '<&>' },
          ],
          log: [
            { File: '', Line: 2, Text: 'log' },
            { File: '', Line: 2, Text: '{' },
            { File: '', Line: 3, Text: 'class' },
            { File: '', Line: 3, Text: 'all' },
            { File: '', Line: 4, Text: '}' },
            { File: '/more', Line: 1, Text: 'log' },
            { File: '/more', Line: 1, Text: '.' },
          ],
        },
      },
    ]);
    expect(text).toContain('"\\u003c\\u0026\\u003e"');
  });

  it('has the hash that CoreDNS 1.15.0 logs for the same file', () => {
    expect(createHash('sha512').update(textOf('. {\n reload\n whoami\n}\n')).digest('hex')).toBe(
      '4647bce365c15bd7f5b453adc182528c17ae884e6c4f3b8e37117fe76992b4713aef12f44dad3bcf86abf484698610bac7cb9f9491edeb2e4e9cbdc8e425b76d',
    );
  });

  it.each([
    ['spaces and comments in a line', '. {\n  log\ta # b\n}', '. {\n log a\n}', true],
    ['a blank line', '. {\n\n log a\n}', '. {\n log a\n}', false],
    ['a word', '. {\n log b\n}', '. {\n log a\n}', false],
    ['the order of different directives on a line', '. { log\n}', '. { errors\n}', false],
  ])('of files that differ in %s', (_, one, other, same) => {
    expect(textOf(one) === textOf(other)).toBe(same);
  });

  it('changes with imported files and variables', () => {
    const corefile = '. {\n import more\n log {$A}\n}';
    expect(textOf(corefile, 'log')).not.toBe(textOf(corefile, 'errors'));
    expect(textOf(corefile, 'log', { A: 'a' })).not.toBe(textOf(corefile, 'log', { A: 'b' }));
  });
});
