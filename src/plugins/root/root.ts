import { statSync } from 'node:fs';
import { text } from '../../plugin-api/kinds.ts';
import { one } from '../../plugin-api/options.ts';
import { definePlugin, type Plugin } from '../../plugin-api/plugin.ts';

export const root: Plugin = definePlugin({
  name: 'root',
  summary: 'Sets the directory that relative paths of other plugins start from.',
  reads: 'question',
  repeatable: true,
  parameters: one(text('PATH'), { initial: '', summary: 'The directory; the last one counts.' }),
  options: {},
  problems: { 'root/path': 'The directory given to root is not there or cannot be read.' },
  setup(stanzas, context) {
    const stanza = stanzas.at(-1) ?? stanzas[0];
    const path = stanza.argument;
    try {
      statSync(context.resolvePath(path));
    } catch (error) {
      const place = stanza.line.arguments[0]?.place ?? stanza.line.name.place;
      const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
      context.report({
        severity: missing ? 'warning' : 'error',
        code: 'root/path',
        message: missing ? `Root path does not exist: ${path}` : `unable to access root path: ${path}`,
        place,
        hint: missing ? 'create it before files are read from it' : 'name a directory that this process may read',
      });
    }
    return { settings: { root: path } };
  },
});
