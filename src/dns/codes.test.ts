import { expect, it } from 'vitest';
import { className, ednsOptionName, opcodeName, parseClass, parseEdnsOption, parseOpcode } from './codes.ts';
import { parseRcode, rcodeName } from './codes.ts';
import { parseType, typeName } from './types.ts';

it.each([
  ['class', className, parseClass, 1, 'IN'],
  ['class', className, parseClass, 255, 'ANY'],
  ['class', className, parseClass, 4660, 'CLASS4660'],
  ['opcode', opcodeName, parseOpcode, 4, 'NOTIFY'],
  ['opcode', opcodeName, parseOpcode, 9, 'OPCODE9'],
  ['rcode', rcodeName, parseRcode, 3, 'NXDOMAIN'],
  ['rcode', rcodeName, parseRcode, 16, 'BADVERS'],
  ['rcode', rcodeName, parseRcode, 3841, 'RCODE3841'],
  ['EDNS option', ednsOptionName, parseEdnsOption, 10, 'COOKIE'],
  ['EDNS option', ednsOptionName, parseEdnsOption, 65_001, 'OPTION65001'],
  ['type', typeName, parseType, 28, 'AAAA'],
  ['type', typeName, parseType, 23, 'NSAP-PTR'],
  ['type', typeName, parseType, 65_280, 'TYPE65280'],
])('%s %#: name and code', (_, print, parse, code, name) => {
  expect(print(code)).toBe(name);
  expect(parse(name)).toBe(code);
  expect(parse(name.toLowerCase())).toBe(code);
});

it.each(['TYPE', 'TYPE65536', 'TYPE-1', 'TYPE1e3', 'XYZ', '', 'constructor', '__proto__'])('no type: "%s"', (text) => {
  expect(parseType(text)).toBeUndefined();
});

it('reads mnemonics of known codes by number too', () => {
  expect(parseType('TYPE1')).toBe(1);
  expect(parseClass('CLASS1')).toBe(1);
  expect(parseRcode('BADSIG')).toBe(16);
});
