import { parseArgs, type ParseArgsConfig } from 'node:util';
import { UsageError } from './user-error.ts';

/** `parseArgs` of Node whose complaints are one line for the user. Throws UsageError. */
export function parseArguments<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // Node adds advice about `--` that helps nobody here.
    const [message = ''] = error.message.split(/\. |\n/);
    throw new UsageError(`${message.replace(/\.$/, '')}; --help shows what there is`, { cause: error });
  }
}
