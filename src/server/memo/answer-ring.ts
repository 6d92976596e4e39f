import { wireArea, type WireArea } from '../../transport/wire-area.ts';
import { WORD } from './answer-words.ts';
import { maskOf } from './question-key.ts';

/** Places of a bucket: with four, answers that are in use seldom push one another out. */
const WAYS = 4;
/** Hash and position. */
const PLACE = 2;
/** Words of ring for each place. An answer takes 44 and more, so a third of the places are taken, and few buckets run full before the ring does. */
const WORDS_PER_PLACE = 16;
/** Places that a table begins with: one page of memory. */
const FIRST_PLACES = 512;
/** Answers begin on an even word, for the times in them. */
const EVEN = 2;
/** Positions count words and wrap after 2^31 of them, 8 GiB of answers: then everything is forgotten once. */
const LAST_POSITION = 2 ** 31 - 1;

/** What finds an answer, besides the name. */
interface RingKey {
  readonly bits: number;
  readonly hash: number;
  readonly length: number;
}

/**
 * Room for answers: a ring of words in which the newest answer takes the place of the oldest, and a table that finds them. An answer in the
 * oldest quarter that is asked for moves to the front, so what is in use stays. Nothing is ever freed: a place of the table whose answer
 * has been overwritten is seen by its position. One that comes anew in the same length takes its old place, so that no more of the ring is ever touched than
 * the questions that are in use need.
 */
export class AnswerRing {
  readonly words: Int32Array;
  readonly halves: Uint16Array;
  readonly bytes: Uint8Array;
  readonly times: Float64Array;
  /** It grows with the part of the ring that is in use: answers are spread over all of it, so a large one for a few would be touched everywhere. */
  #table: Int32Array;
  /** Finds the bucket of a hash. */
  #mask: number;
  readonly #firstBuckets: number;
  readonly #capacity: number;
  /** Where positions begin: so far on that 0, which stands in places that nobody has used, is overwritten. */
  readonly #first: number;
  /** Position after the newest answer. */
  #head: number;

  /** `capacity`: octets, a power of two. */
  constructor(capacity: number) {
    const buffer = new ArrayBuffer(capacity);
    this.words = new Int32Array(buffer);
    this.halves = new Uint16Array(buffer);
    this.bytes = new Uint8Array(buffer);
    this.times = new Float64Array(buffer);
    this.#capacity = capacity / Int32Array.BYTES_PER_ELEMENT;
    this.#firstBuckets = Math.max(1, Math.min(FIRST_PLACES, this.#capacity / WORDS_PER_PLACE) / WAYS);
    this.#mask = this.#firstBuckets - 1;
    this.#table = new Int32Array(this.#firstBuckets * WAYS * PLACE);
    this.#first = this.#capacity + EVEN;
    this.#head = this.#first;
  }

  /** The word at which the answer to the question begins; its name stands at `nameAt` of `input`. -1 if there is none. */
  find(key: RingKey, input: WireArea, nameAt: number): number {
    const place = this.#placeOf(key, input, nameAt);
    if (place < 0) return -1;
    const position = this.#table[place + 1] ?? 0;
    const isOld = this.#head - position > this.#capacity - (this.#capacity >> 2);
    return isOld ? this.#renew(place, position, key.hash) : position & (this.#capacity - 1);
  }

  /** Keeps an answer (see AnswerImage) in place of an older one to the same question; one that is too large is not kept. */
  insert(image: Int32Array): void {
    // One answer is not worth forgetting a good part of the others.
    if (image.length > this.#capacity >> 4) return;
    if (this.#wantsPlaces) this.#growTable();
    const area = wireArea(new Uint8Array(image.buffer, image.byteOffset, image.byteLength));
    const key: RingKey = {
      bits: image[WORD.BITS] ?? 0,
      hash: image[WORD.HASH] ?? 0,
      length: image[WORD.KEY_LENGTH] ?? 0,
    };
    const known = this.#placeOf(key, area, (image[WORD.KEY_AT] ?? 0) << 2);
    if (known >= 0) {
      const old = (this.#table[known + 1] ?? 0) & (this.#capacity - 1);
      if (this.words[old + WORD.SIZE] === image.length) {
        this.words.set(image, old);
        return;
      }
    }
    const entry = this.#append(image.length);
    const place = known < 0 ? this.#oldestPlace(key.hash) : known;
    this.#table[place] = key.hash;
    this.#table[place + 1] = this.#head - roundUp(image.length);
    this.words.set(image, entry);
  }

  /** Forgets all answers. */
  forget(): void {
    this.#mask = this.#firstBuckets - 1;
    this.#table = new Int32Array(this.#firstBuckets * WAYS * PLACE);
    this.#head = this.#first;
  }

  get #wantsPlaces(): boolean {
    const inUse = Math.min(this.#head - this.#first, this.#capacity);
    return inUse > (this.#mask + 1) * WAYS * WORDS_PER_PLACE;
  }

  /** Makes two buckets of each. The last time, with half of 32 MB in use, that takes a few milliseconds. */
  #growTable(): void {
    const old = this.#table;
    this.#mask = 2 * this.#mask + 1;
    this.#table = new Int32Array(2 * old.length);
    for (let i = 0; i < old.length; i += PLACE) {
      const [hash, position] = [old[i] ?? 0, old[i + 1] ?? 0];
      if (!this.#isLive(position)) continue;
      let place = (hash & this.#mask) * WAYS * PLACE;
      while (this.#table[place + 1] !== 0) place += PLACE;
      this.#table[place] = hash;
      this.#table[place + 1] = position;
    }
  }

  #placeOf(key: RingKey, input: WireArea, nameAt: number): number {
    const { hash } = key;
    const bucket = (hash & this.#mask) * WAYS * PLACE;
    for (let place = bucket; place < bucket + WAYS * PLACE; place += PLACE) {
      if (this.#table[place] !== hash) continue;
      const position = this.#table[place + 1] ?? 0;
      if (this.#isLive(position) && this.#matches(position & (this.#capacity - 1), key, input, nameAt)) return place;
    }
    return -1;
  }

  #isLive(position: number): boolean {
    return position >= this.#head - this.#capacity;
  }

  #matches(entry: number, key: RingKey, { view }: WireArea, nameAt: number): boolean {
    const { words } = this;
    if (words[entry + WORD.BITS] !== key.bits || words[entry + WORD.KEY_LENGTH] !== key.length) return false;
    const keyAt = entry + (words[entry + WORD.KEY_AT] ?? 0);
    const whole = key.length & ~3;
    let at = nameAt;
    let word = keyAt;
    for (const end = nameAt + whole; at < end; at += 4) {
      if (words[word++] !== view.getInt32(at, true)) return false;
    }
    return whole === key.length || words[word] === (view.getInt32(at, true) & maskOf(key.length - whole));
  }

  /** Moves an answer to the front. */
  #renew(place: number, position: number, hash: number): number {
    const from = position & (this.#capacity - 1);
    const size = this.words[from + WORD.SIZE] ?? 0;
    const to = this.#append(size);
    this.words.copyWithin(to, from, from + size);
    this.#table[place] = hash;
    this.#table[place + 1] = this.#head - roundUp(size);
    return to;
  }

  /** Where the next `size` words go. An answer does not wrap around the end of the ring. */
  #append(size: number): number {
    const whole = roundUp(size);
    let at = this.#head & (this.#capacity - 1);
    if (at + whole > this.#capacity) {
      this.#head += this.#capacity - at;
      at = 0;
    }
    if (this.#head + whole > LAST_POSITION) {
      this.#table.fill(0);
      this.#head = this.#first;
      at = this.#head & (this.#capacity - 1);
    }
    this.#head += whole;
    return at;
  }

  #oldestPlace(hash: number): number {
    const bucket = (hash & this.#mask) * WAYS * PLACE;
    let oldest = bucket;
    for (let place = bucket + PLACE; place < bucket + WAYS * PLACE; place += PLACE) {
      if ((this.#table[place + 1] ?? 0) < (this.#table[oldest + 1] ?? 0)) oldest = place;
    }
    return oldest;
  }
}

function roundUp(size: number): number {
  return (size + 1) & ~(EVEN - 1);
}
