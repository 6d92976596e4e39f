import { open, readFile, readlink } from 'node:fs/promises';

/** Octets between two places of a file or of the memory, the second not among them. */
export interface OctetRange {
  readonly start: number;
  readonly end: number;
}

// ELF64, little-endian (System V ABI, "ELF Header" and "Program Header"): every Linux that Node runs on but s390x.
const MAGIC = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1]);
const HEADER_OCTETS = 64;
const SEGMENT_OCTETS = 56;
const LOAD = 1;
const WRITABLE = 2;
// Real programs have about a dozen.
const MAXIMUM_SEGMENTS = 100;
const HEAD_OCTETS = HEADER_OCTETS + MAXIMUM_SEGMENTS * SEGMENT_OCTETS;

/** Parts of a program file that are written to once they are loaded; undefined when `head` begins no such file. */
export function writtenSegments(head: Buffer): OctetRange[] | undefined {
  if (head.length < HEADER_OCTETS || MAGIC.compare(head, 0, MAGIC.length) !== 0) return undefined;
  const table = Number(head.readBigUInt64LE(32));
  const end = table + head.readUInt16LE(56) * SEGMENT_OCTETS;
  if (head.readUInt16LE(54) !== SEGMENT_OCTETS || end > head.length) return undefined;
  const segments: OctetRange[] = [];
  for (let at = table; at < end; at += SEGMENT_OCTETS) {
    if (head.readUInt32LE(at) !== LOAD || (head.readUInt32LE(at + 4) & WRITABLE) === 0) continue;
    const start = Number(head.readBigUInt64LE(at + 8));
    segments.push({ start, end: start + Number(head.readBigUInt64LE(at + 32)) });
  }
  return segments;
}

/** `55d0c0000000-55d0c1a00000 r-xp 00c00000 fe:01 1234   /usr/bin/node`, see proc_pid_maps(5). */
const MAPPING = /^([0-9a-f]+)-([0-9a-f]+) r-[x-]p ([0-9a-f]+) \S+ \d+ +(.*)$/;

/**
 * Where the file at `path` stands in memory just as it is on disk, from the text of /proc/self/maps. What the loader
 * has written to and then protected from writing looks the same there: it is known by its place in the file.
 */
export function unchangedMappings(maps: string, path: string, written: readonly OctetRange[]): OctetRange[] {
  const ranges: OctetRange[] = [];
  for (const line of maps.split('\n')) {
    const [, from = '', to = '', offset = '', file] = MAPPING.exec(line) ?? [];
    if (file !== path) continue;
    const start = Number.parseInt(from, 16);
    const end = Number.parseInt(to, 16);
    const inFile = Number.parseInt(offset, 16);
    const isWritten = written.some((segment) => inFile < segment.end && inFile + (end - start) > segment.start);
    if (!isWritten) ranges.push({ start, end });
  }
  return ranges;
}

/** Where the code and the constants of the program that runs stand in memory. Linux only; rejects elsewhere. */
export async function programMappings(): Promise<OctetRange[]> {
  const file = await open('/proc/self/exe');
  try {
    const head = Buffer.alloc(HEAD_OCTETS);
    const { bytesRead } = await file.read(head, 0, HEAD_OCTETS, 0);
    const written = writtenSegments(head.subarray(0, bytesRead));
    if (written === undefined) return [];
    return unchangedMappings(await readFile('/proc/self/maps', 'utf8'), await readlink('/proc/self/exe'), written);
  } finally {
    await file.close();
  }
}
