import { HEADER_LENGTH, type Question } from './message.ts';
import { writeUint16 } from './uint16.ts';

/** Octets of type and class. */
const FIXED_LENGTH = 4;

/** Where an uncompressed question of a message ends that has no other. */
export function questionEnd({ name }: Question): number {
  return HEADER_LENGTH + name.wire.length + FIXED_LENGTH;
}

/** Writes a header with id 0, these flags and one question, and that question. */
export function writeQuestion(octets: Uint8Array, flags: number, { name, type, class: questionClass }: Question): void {
  const { wire } = name;
  const nameEnd = HEADER_LENGTH + wire.length;
  for (let i = 0; i < HEADER_LENGTH; i++) octets[i] = 0;
  writeUint16(octets, 2, flags);
  octets[5] = 1;
  for (let i = 0; i < wire.length; i++) octets[HEADER_LENGTH + i] = wire[i] ?? 0;
  writeUint16(octets, nameEnd, type);
  writeUint16(octets, nameEnd + 2, questionClass);
}
