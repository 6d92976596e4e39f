// The whole server: `node server-process.ts COREFILE`.
import { startServing } from '../../src/cli/serving.ts';

await startServing({
  corefile: process.argv[2] ?? 'Corefile',
  workingDirectory: process.cwd(),
  environment: process.env,
  output: (line) => void process.stdout.write(`${line}\n`),
  port: 53,
  quiet: true,
});
