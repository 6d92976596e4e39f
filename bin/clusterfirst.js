#!/usr/bin/env node
// Plain JavaScript that every Node understands, so that an old one can be told what it lacks.
import { existsSync } from 'node:fs';

const [major = 0] = process.versions.node.split('.').map(Number);
if (major < 24) {
  process.stderr.write(
    `clusterfirst needs Node 24 or newer, this is ${process.version}: install it from your distribution or npm (npm install node@24)\n`,
  );
  process.exit(1);
}
// A checkout runs its sources as they are, a package what was built from them.
const sources = new URL('../src/cli/main.ts', import.meta.url);
const { main } = await import(
  existsSync(sources) ? sources.href : new URL('../dist/bundle/main.js', import.meta.url).href
);
process.exitCode = await main(process.argv.slice(2));
