import { Pieces } from './frames.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const ITEMS = Buffer.from('items');

/**
 * Cuts the JSON text of a list into its items while it arrives. An API server answers a list from its cache in one
 * piece whatever `limit` says; a list of 10,000 objects would be 30 MB of text and three times that once parsed. This
 * way only one item at a time is parsed.
 *
 * It finds the objects in the top object's `items`, and nothing else: whether they and the rest are JSON is for
 * JSON.parse to say.
 */
export class ListSplitter {
  readonly #item = new Pieces();
  readonly #rest = new Pieces();
  #depth = 0;
  #inString = false;
  #escaped = false;
  #inItems = false;
  // How many octets of the last string at depth 1 are those of `items`; -1: it is another string.
  #matched = -1;

  /** The items that are complete with this chunk. */
  push(chunk: Uint8Array): Uint8Array[] {
    const items: Uint8Array[] = [];
    let start = 0;
    for (let i = 0; i < chunk.length; i++) {
      const octet = chunk[i] ?? 0;
      if (this.#inString) {
        this.#readString(octet);
        continue;
      }
      switch (octet) {
        case QUOTE:
          this.#inString = true;
          if (this.#depth === 1) this.#matched = 0;
          break;
        case OPEN_BRACE:
          // What stands between items, white space and commas, is left out.
          if (this.#inItems && this.#depth === 2) start = i;
          this.#depth++;
          break;
        case OPEN_BRACKET:
          if (this.#depth === 1 && this.#matched === ITEMS.length) {
            this.#inItems = true;
            this.#rest.add(chunk.subarray(start, i + 1));
          }
          this.#depth++;
          break;
        case CLOSE_BRACE:
          this.#depth--;
          if (this.#inItems && this.#depth === 2) {
            this.#item.add(chunk.subarray(start, i + 1));
            items.push(this.#item.take());
            start = i + 1;
          }
          break;
        case CLOSE_BRACKET:
          this.#depth--;
          if (this.#inItems && this.#depth === 1) {
            this.#inItems = false;
            start = i;
          }
          break;
        default:
      }
    }
    if (!this.#inItems) this.#rest.add(chunk.subarray(start));
    else if (this.#depth > 2) this.#item.add(chunk.subarray(start));
    return items;
  }

  /** The list's own text with an empty `items`, once all chunks are in. */
  end(): Uint8Array {
    return this.#rest.take();
  }

  #readString(octet: number): void {
    if (this.#escaped) {
      this.#escaped = false;
      this.#matched = -1;
    } else if (octet === BACKSLASH) {
      this.#escaped = true;
    } else if (octet === QUOTE) {
      this.#inString = false;
    } else if (this.#depth === 1 && this.#matched >= 0) {
      this.#matched = octet === ITEMS[this.#matched] ? this.#matched + 1 : -1;
    }
  }
}
