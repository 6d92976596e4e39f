/** What a resolv.conf says: of a node, or of a pod. */
export interface ResolverFile {
  readonly nameservers: readonly string[];
  readonly searches: readonly string[];
  /** `ndots:5` or `rotate`, each name once. */
  readonly options: readonly string[];
}

/** A resolv.conf of a node that kubelet cannot use, so that no pod starts there. */
export class ResolverFileError extends Error {
  override readonly name = 'ResolverFileError';
}

/** What kubelet reads of a node's file at most, in octets: 10 MiB. */
const MAXIMUM_FILE = 10 * 1024 * 1024;

/**
 * Reads a node's resolv.conf as kubelet does, which is not as resolver libraries do: `;` starts no comment, `domain` counts for
 * nothing, the last `search` line wins, `options` lines add up. Throws ResolverFileError.
 */
export function parseResolverFile(text: string): ResolverFile {
  if (Buffer.byteLength(text) > MAXIMUM_FILE) throw new ResolverFileError('it is longer than 10 MiB');
  const nameservers: string[] = [];
  const options: string[] = [];
  let searches: readonly string[] = [];
  for (const [i, line] of text.split('\n').entries()) {
    const words = line.split(/\s+/).filter((word) => word !== '');
    const [keyword = '', ...values] = words;
    if (keyword === 'nameserver') {
      const [address] = values;
      if (address === undefined) throw new ResolverFileError(`line ${i + 1} says "nameserver" without an address`);
      nameservers.push(address);
    } else if (keyword === 'search') {
      searches = values.filter((domain) => domain !== '.').map((domain) => domain.replace(/\.$/, ''));
    } else if (keyword === 'options') {
      options.push(...values);
    }
  }
  return { nameservers, searches, options: mergeOptions(options) };
}

/** Each option once: a later one takes the place of an earlier one with the same name. */
export function mergeOptions(options: readonly string[]): readonly string[] {
  const byName = new Map(options.map((option) => [option.replace(/:.*$/s, ''), option]));
  return [...byName.values()];
}

/** The text that a container runtime writes into a pod: a line is there only when it says something. */
export function printResolverFile({ nameservers, searches, options }: ResolverFile): string {
  const lines = nameservers.map((address) => `nameserver ${address}`);
  if (searches.length > 0) lines.unshift(`search ${searches.join(' ')}`);
  if (options.length > 0) lines.push(`options ${options.join(' ')}`);
  return lines.map((line) => `${line}\n`).join('');
}
