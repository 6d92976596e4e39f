import { isIP } from 'node:net';
import { readFile } from 'node:fs/promises';
import { parseAddress, printAddress, unmapIPv4 } from '../../dns/addresses.ts';
import { DomainName } from '../../dns/name.ts';

/** The weight of an address that the file does not name. */
export const DEFAULT_WEIGHT = 1;
const MAXIMUM_WEIGHT = 255;

/** A weight file that cannot be read or understood. */
export class WeightFileError extends Error {
  /** Is the file itself at fault, rather than the way to it? */
  readonly isContent: boolean;

  constructor(message: string, isContent: boolean) {
    super(message);
    this.isContent = isContent;
  }
}

/** Weights of addresses, by name in lower case and by address. */
export type Weights = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** The key of an address of 4 or 16 octets in the maps of Weights. */
export function addressKey(address: Uint8Array): string {
  return printAddress(unmapIPv4(address));
}

/** Reads the file's text. Throws WeightFileError. */
export async function readWeightFile(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    throw new WeightFileError('weight file open error', false);
  }
}

/** Lines with one word are names, lines with two an address and a weight for the name above. Throws WeightFileError. */
export function parseWeights(text: string, path: string): Weights {
  const weights = new Map<string, Map<string, number>>();
  let current: Map<string, number> | undefined;
  for (const line of text.split('\n')) {
    const words = line.trim().split(/\s+/);
    const [first = '', weight] = words;
    if (first === '' || first.startsWith('#')) continue;
    const wrong = (what: string): WeightFileError => new WeightFileError(`${what} in weight file ${path}`, true);
    if (words.length > 2) throw wrong(`could not parse weight line:"${line.trim()}"`);
    if (weight === undefined) {
      const name = DomainName.tryParse(first);
      if (name === undefined) throw wrong(`wrong domain name:"${first}"`);
      current = weights.get(name.canonical) ?? new Map<string, number>();
      weights.set(name.canonical, current);
      continue;
    }
    if (current === undefined) throw wrong('missing domain name');
    const address = isIP(first) === 0 ? undefined : parseAddress(first);
    if (address === undefined) throw wrong(`wrong IP address:"${first}"`);
    const number = /^\d+$/.test(weight) ? Number(weight) : 0;
    if (number < 1 || number > MAXIMUM_WEIGHT) throw wrong(`wrong weight value:"${weight}"`);
    current.set(addressKey(address), number);
  }
  return weights;
}
