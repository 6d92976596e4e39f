import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAXIMUM_OBJECT_BYTES, WireError } from './frames.ts';
import { OctetQueue } from './octet-queue.ts';

it('gives back what it got, whatever the pieces', () => {
  const piece = fc.record({ add: fc.uint8Array({ maxLength: 50_000, minLength: 1 }), drop: fc.nat(60_000) });
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
      const queue = new OctetQueue();
      let expected: Buffer = Buffer.alloc(0);
      for (const { add, drop } of pieces) {
        queue.add(add);
        expected = Buffer.concat([expected, add]);
        expect(queue.length).toBe(expected.length);
        expect(queue.buffer.subarray(queue.start, queue.end).equals(expected)).toBe(true);
        const dropped = Math.min(drop, expected.length);
        queue.drop(dropped);
        expected = expected.subarray(dropped);
      }
    }),
    { numRuns: 50 },
  );
});

it('refuses more than an object can have', () => {
  const queue = new OctetQueue();
  queue.add(new Uint8Array(MAXIMUM_OBJECT_BYTES));
  expect(() => queue.add(new Uint8Array(1))).toThrow(WireError);
});
