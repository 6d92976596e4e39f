import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { programMappings, unchangedMappings, writtenSegments } from './program-memory.ts';

interface Segment {
  readonly type: number;
  readonly flags: number;
  readonly offset: number;
  readonly octets: number;
}

/** The beginning of an ELF64 file with these segments. */
function program(segments: readonly Segment[]): Buffer {
  const head = Buffer.alloc(64 + 56 * segments.length);
  Buffer.from('7f454c460201', 'hex').copy(head);
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(segments.length, 56);
  for (const [i, { type, flags, offset, octets }] of segments.entries()) {
    const at = 64 + 56 * i;
    head.writeUInt32LE(type, at);
    head.writeUInt32LE(flags, at + 4);
    head.writeBigUInt64LE(BigInt(offset), at + 8);
    head.writeBigUInt64LE(BigInt(octets), at + 32);
  }
  return head;
}

const LOAD = 1;
const [READ, EXECUTE, WRITE] = [4, 5, 6];

describe('writtenSegments', () => {
  const constants = { type: LOAD, flags: READ, offset: 0, octets: 0x1000 };
  const code = { type: LOAD, flags: EXECUTE, offset: 0x1000, octets: 0x5000 };
  const variables = { type: LOAD, flags: WRITE, offset: 0x65d8, octets: 0xa00 };
  // GNU_RELRO, which says of a part of a loaded segment that it is protected after relocation.
  const relocated = { type: 0x6474e552, flags: READ, offset: 0x65d8, octets: 0x28 };
  const whole = program([constants, code, variables, relocated]);

  const cases: readonly (readonly [string, Buffer, { start: number; end: number }[] | undefined])[] = [
    ['the segment that is loaded to be written to', whole, [{ start: 0x65d8, end: 0x6fd8 }]],
    ['no segment of a program without variables', program([constants, code]), []],
    ['nothing of a script', Buffer.from(`#!/bin/sh\n${'#'.repeat(100)}`), undefined],
    ['nothing of an empty file', Buffer.alloc(0), undefined],
    ['nothing of a file that ends in its table', whole.subarray(0, -1), undefined],
  ];
  it.each(cases)('gives %s', (_, head, segments) => {
    expect(writtenSegments(head)).toEqual(segments);
  });
});

describe('unchangedMappings', () => {
  const maps = [
    '00400000-00401000 r--p 00000000 fe:00 5317838                            /opt/node 24/bin/node',
    '00401000-00406000 r-xp 00001000 fe:00 5317838                            /opt/node 24/bin/node',
    '00407000-00408000 r--p 00006000 fe:00 5317838                            /opt/node 24/bin/node',
    '00408000-00409000 rw-p 00007000 fe:00 5317838                            /opt/node 24/bin/node',
    '7f0000000000-7f0000002000 r-xp 00003000 fe:00 5317838                    /opt/node 24/bin/node',
    '7f0000010000-7f0000020000 r-xp 00000000 fe:00 4711                       /usr/lib/libc.so.6',
    '7f0000020000-7f0000030000 r--p 00000000 00:00 0 ',
    '',
  ].join('\n');

  it('finds what is in memory as it is in the file, not what the loader has written', () => {
    expect(unchangedMappings(maps, '/opt/node 24/bin/node', [{ start: 0x65d8, end: 0x7a00 }])).toEqual([
      { start: 0x400000, end: 0x401000 },
      { start: 0x401000, end: 0x406000 },
      { start: 0x7f0000000000, end: 0x7f0000002000 },
    ]);
  });

  it('leaves out a mapping whose last page is also the first of what is written', () => {
    const found = unchangedMappings(maps, '/opt/node 24/bin/node', [{ start: 0x5f00, end: 0x7a00 }]);
    expect(found).not.toContainEqual({ start: 0x401000, end: 0x406000 });
  });
});

describe.runIf(process.platform === 'linux')('programMappings', () => {
  it('finds the code of this very program, and nothing that differs from the file', async () => {
    const mappings = await programMappings();
    const octets = mappings.reduce((sum, { start, end }) => sum + end - start, 0);
    // Node has 40 MB of code and as much of constants.
    expect(octets).toBeGreaterThan(40e6);
    const smaps = readFileSync('/proc/self/smaps', 'utf8');
    for (const { start, end } of mappings) {
      const [, report = ''] = smaps.split(
        `${start.toString(16).padStart(8, '0')}-${end.toString(16).padStart(8, '0')} `,
      );
      expect(/^Anonymous: +(\d+) kB$/m.exec(report)?.[1]).toBe('0');
    }
  });
});
