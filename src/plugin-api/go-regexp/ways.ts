import type { Node } from './syntax.ts';
import { NON_ASCII } from './char-node.ts';

/** Names have up to 255 octets; the order of magnitude is what counts. */
const LENGTH = 256;

/**
 * In how many ways a backtracking matcher might try `node` on a text of about 256 characters before it gives up; Infinity when
 * that grows exponentially, or when JavaScript would report other groups than Go. An upper bound.
 */
export function countWays(node: Node): number {
  return startsAtBegin(node) ? ways(node, END) : LENGTH * ways(node, END);
}

/** Which characters may come next; an entry for each ASCII character and one for all others. */
type Next = Uint8Array;

/** Nothing may come next: only the end of the text, or of the pattern. */
const END: Next = new Uint8Array(NON_ASCII + 1);

function ways(node: Node, next: Next): number {
  switch (node.kind) {
    case 'char':
    case 'assert':
      return 1;
    case 'capture':
      return ways(node.node, next);
    case 'concat': {
      let product = 1;
      let after = next;
      for (const item of node.nodes.toReversed()) {
        product *= ways(item, after);
        after = firsts(item, after);
      }
      return product;
    }
    case 'alternate': {
      const all = node.nodes.map((branch) => ways(branch, next));
      // Branches of which the next character says which it is.
      let seen: Next = END;
      const exclusive = node.nodes.every((branch) => {
        const heads = firsts(branch, next);
        const isNew = disjoint(heads, seen);
        seen = union(seen, heads);
        return isNew;
      });
      return exclusive && !node.nodes.some(canBeEmpty) ? Math.max(...all) : all.reduce((sum, n) => sum + n, 0);
    }
    default: {
      const { minimum, maximum } = node;
      const body = node.node;
      const inside = maximum > 1 ? union(firsts(body, next), next) : next;
      const once = ways(body, inside);
      // JavaScript refuses a round that matches nothing, and forgets the groups of earlier rounds.
      if (minimum < maximum && canBeEmpty(body)) return Infinity;
      if (maximum > 1 && (once > 1 || hasOptionalCapture(body))) return Infinity;
      if (minimum === maximum || disjoint(firsts(body, next), next)) return once;
      return once * (maximum === Infinity ? LENGTH : maximum - minimum + 1);
    }
  }
}

/** What may come first where `node` is followed by `next`. */
function firsts(node: Node, next: Next): Next {
  switch (node.kind) {
    case 'char':
      return node.table;
    case 'assert':
      return node.assertion === 'end' ? END : next;
    case 'capture':
      return firsts(node.node, next);
    case 'concat':
      return node.nodes.reduceRight((after, item) => firsts(item, after), next);
    case 'alternate':
      return node.nodes.map((branch) => firsts(branch, next)).reduce(union);
    default:
      return node.minimum === 0 ? union(firsts(node.node, next), next) : firsts(node.node, next);
  }
}

function canBeEmpty(node: Node): boolean {
  switch (node.kind) {
    case 'char':
      return false;
    case 'assert':
      return true;
    case 'capture':
      return canBeEmpty(node.node);
    case 'concat':
      return node.nodes.every(canBeEmpty);
    case 'alternate':
      return node.nodes.some(canBeEmpty);
    default:
      return node.minimum === 0 || canBeEmpty(node.node);
  }
}

/** Has `node` a group that a match may leave out? */
function hasOptionalCapture(node: Node): boolean {
  switch (node.kind) {
    case 'char':
    case 'assert':
      return false;
    case 'capture':
      return hasOptionalCapture(node.node);
    case 'concat':
      return node.nodes.some(hasOptionalCapture);
    case 'alternate':
      return node.nodes.some(hasCapture);
    default:
      return node.minimum === 0 ? hasCapture(node.node) : hasOptionalCapture(node.node);
  }
}

function hasCapture(node: Node): boolean {
  switch (node.kind) {
    case 'char':
    case 'assert':
      return false;
    case 'capture':
      return true;
    case 'repeat':
      return hasCapture(node.node);
    default:
      return node.nodes.some(hasCapture);
  }
}

function startsAtBegin(node: Node): boolean {
  switch (node.kind) {
    case 'assert':
      return node.assertion === 'begin';
    case 'capture':
      return startsAtBegin(node.node);
    case 'concat':
      return node.nodes[0] !== undefined && startsAtBegin(node.nodes[0]);
    case 'alternate':
      return node.nodes.every(startsAtBegin);
    default:
      return false;
  }
}

function union(a: Next, b: Next): Next {
  return a.map((flag, i) => flag | (b[i] ?? 0));
}

function disjoint(a: Next, b: Next): boolean {
  return a.every((flag, i) => flag === 0 || b[i] === 0);
}
