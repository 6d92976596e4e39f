import type { DomainName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import type { RecordSet } from './record-set.ts';

/** A name of a zone. Names without records are there too when there are names below them: empty non-terminals (RFC 4592 §2.2.2). */
export class ZoneNode {
  /** In lower case; the root is that of the zone's data, not only of the tree. */
  readonly name: DomainName;
  readonly sets: readonly RecordSet[];
  /**
   * The node that takes everything below it out of the zone's hands: the highest one, at or below the apex but above this one, with DNAME or,
   * unless it is the apex, NS.
   */
  readonly cover: ZoneNode | undefined;
  /** The same for the names below this node. */
  readonly coverBelow: ZoneNode | undefined;
  /** Is this the top of a zone that others serve (RFC 1034 §4.2)? */
  readonly isCut: boolean;
  /** The highest cut at or above this node. */
  readonly cut: ZoneNode | undefined;

  constructor(name: DomainName, sets: readonly RecordSet[], parent: ZoneNode | undefined) {
    this.name = name;
    this.sets = sets;
    this.cover = parent?.coverBelow;
    // The apex keeps its NS records elsewhere.
    this.isCut = this.set(TYPE.NS) !== undefined;
    this.cut = parent?.cut ?? (this.isCut ? this : undefined);
    this.coverBelow = this.cover ?? (this.isCut || this.set(TYPE.DNAME) !== undefined ? this : undefined);
  }

  /** False for an empty non-terminal. */
  get hasRecords(): boolean {
    return this.sets.length > 0;
  }

  set(type: number): RecordSet | undefined {
    // A name has a handful of types: a search is faster than a map.
    for (const set of this.sets) if (set.type === type) return set;
    return undefined;
  }
}
