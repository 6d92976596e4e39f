import { readFileSync } from 'node:fs';
import type { SecureContext } from 'node:tls';
import type { Line } from '../../corefile/tree.ts';
import type { SetupContext } from '../../plugin-api/context.ts';
import { clientContext } from '../../transport/upstream/tls-context.ts';

/** What option `tls` says: no files, CA, CERT KEY, or CERT KEY CA. Undefined after a report when a file is of no use. */
export function readTls(files: readonly string[], line: Line, context: SetupContext): SecureContext | undefined {
  const texts: string[] = [];
  for (const [i, file] of files.entries()) {
    try {
      texts.push(readFileSync(context.resolvePath(file), 'utf8'));
    } catch (error) {
      context.report({
        code: 'forward/tls',
        message: `"${file}" cannot be read: ${error instanceof Error ? error.message : String(error)}`,
        place: line.arguments[i]?.place ?? line.name.place,
        hint: 'relative paths start from `root`',
      });
      return undefined;
    }
  }
  const [first, second, third] = texts;
  try {
    return second === undefined
      ? clientContext({ authority: first, certificate: undefined, key: undefined })
      : clientContext({ authority: third, certificate: first, key: second });
  } catch (error) {
    context.report({
      code: 'forward/tls',
      message: `the files of tls cannot be used: ${error instanceof Error ? error.message : String(error)}`,
      place: line.arguments[0]?.place ?? line.name.place,
      hint: 'write: tls [CA], tls CERT KEY or tls CERT KEY CA, all in PEM format',
    });
    return undefined;
  }
}
