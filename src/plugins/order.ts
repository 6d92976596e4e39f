import type { Plugin } from '../plugin-api/plugin.ts';
import { root } from './root/root.ts';
import { whoami } from './whoami/whoami.ts';

/**
 * The order of the chain: the first plugin sees a query first and its reply last. Corefiles list plugins in any order, so this
 * order, CoreDNS's, is what people rely on.
 */
export const order: readonly Plugin[] = [
  root, // before all whose paths start from it
  whoami, // answers everything, so it comes last
];
