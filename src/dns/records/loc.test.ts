import { expect, it } from 'vitest';
import { parseRecord, printRecord } from '../presentation.ts';

const parse = (data: string): string => printRecord(parseRecord(`a. 1 LOC ${data}`)).slice('a. 1 IN LOC '.length);

it.each([
  ['52 N 4 E 0', '52 0 0.000 N 4 0 0.000 E 0.00m 1.00m 10000.00m 10.00m'],
  ['52 22 N 4 53 W -2.5m 3m', '52 22 0.000 N 4 53 0.000 W -2.50m 3.00m 10000.00m 10.00m'],
  ['90 0 0 s 180 0 0 w -100000m', '90 0 0.000 S 180 0 0.000 W -100000.00m 1.00m 10000.00m 10.00m'],
  [
    '0 0 0.5 N 0 0 59.999 E 42849672.95m 0 0.01 90000000',
    '0 0 0.500 N 0 0 59.999 E 42849672.95m 0.00m 0.01m 90000000.00m',
  ],
  ['0 N 0 E 0 25', '0 0 0.000 N 0 0 0.000 E 0.00m 20.00m 10000.00m 10.00m'],
  // Another version, and sizes that are no decimal digits, have no other form.
  ['\\# 16 01121613800000008000000000989680', '\\# 16 01121613800000008000000000989680'],
  ['\\# 16 00a21613800000008000000000989680', '\\# 16 00a21613800000008000000000989680'],
])('%s', (data, printed) => expect(parse(data)).toBe(printed));

it.each([
  '91 N 0 E 0',
  '90 0 0.001 N 0 E 0',
  '0 60 N 0 E 0',
  '0 0 60 N 0 E 0',
  '0 0 0 0 N 0 E 0',
  '0 E 0 N 0',
  'N 0 E 0',
  '0 N 0 E',
  '0 N 0 E -100001m',
  '0 N 0 E 0 -1',
  '0 N 0 E 0 1km',
])('refuses %s', (data) => expect(() => parse(data)).toThrow());
