// The whole server, as the command line starts it: `node server-process.ts COREFILE`.
import { main } from '../../src/cli/main.ts';

process.exitCode = await main(['serve', '-quiet', '-conf', process.argv[2] ?? 'Corefile']);
