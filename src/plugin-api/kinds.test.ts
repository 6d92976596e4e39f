import { describe, expect, test } from 'vitest';
import { address, decimal, domainName, duration, hostPort, integer, oneOf, text, zones } from './kinds.ts';
import { Complaint, type Kind } from './options.ts';

/** The value, or `message; hint` of the complaint. */
function outcome(kind: Kind<unknown>, given: string): unknown {
  const value = kind.read(given);
  if (!(value instanceof Complaint)) return value;
  return value.hint === undefined ? value.message : `${value.message}; ${value.hint}`;
}

test.each([
  [text('X'), 'a b', 'a b'],
  [text('X'), '', ''],
  [oneOf(['first', 'last']), 'last', 'last'],
  [oneOf(['first', 'last']), 'LAST', '"LAST" is not one of first, last; did you mean "last"?'],
  [oneOf(['first', 'last']), 'fisrt', '"fisrt" is not one of first, last; did you mean "first"?'],
  [oneOf(['first', 'last']), 'middle', '"middle" is not one of first, last; write one of: first, last'],
  [decimal('X', { minimum: 0.5 }), '0.5', 0.5],
  [decimal('X', { minimum: 0.5 }), '1e2', 100],
  [decimal('X', { minimum: 0.5 }), '0.4', '"0.4" is not a number of at least 0.5'],
  [decimal('X', { minimum: 0.5 }), '', '"" is not a number of at least 0.5'],
  [decimal('X', { minimum: 0.5 }), 'NaN', '"NaN" is not a number of at least 0.5'],
  [decimal('X', { minimum: 0.5 }), 'Infinity', '"Infinity" is not a number of at least 0.5'],
  [address, '192.0.2.1', '192.0.2.1'],
  [address, '2001:db8::1', '2001:db8::1'],
  [address, 'localhost', '"localhost" is not an IP address'],
  [address, '192.0.2.1:53', '"192.0.2.1:53" is not an IP address'],
])('%o reads %j', (kind, given, value) => {
  expect(outcome(kind, given)).toBe(value);
});

describe('integer', () => {
  test.each([
    [{}, '0', 0],
    [{}, '-5', -5],
    [{}, '+5', 5],
    [{}, '007', 7],
    [{}, '1.5', '"1.5" is not a whole number; write N, a whole number'],
    [{}, '0x10', '"0x10" is not a whole number; write N, a whole number'],
    [{}, '', '"" is not a whole number; write N, a whole number'],
    [{}, '99999999999999999999', '99999999999999999999 is out of range; write N, a whole number'],
    [{ minimum: 1, maximum: 9 }, '1', 1],
    [{ minimum: 1, maximum: 9 }, '9', 9],
    [{ minimum: 1, maximum: 9 }, '0', '0 is out of range; write N from 1 to 9'],
    [{ minimum: 1, maximum: 9 }, '10', '10 is out of range; write N from 1 to 9'],
    [{ minimum: 1 }, '0', '0 is out of range; write N, at least 1'],
    [{ maximum: 1 }, '2', '2 is out of range; write N, at most 1'],
  ])('with bounds %j reads %j', (bounds, given, value) => {
    expect(outcome(integer('N', bounds), given)).toBe(value);
  });
});

describe('duration', () => {
  test.each([
    [{}, '1m30s', 90_000],
    [{}, '0', 0],
    [{}, '1.5ms', 1.5],
    [{}, '30', '"30" is not a duration; a unit is missing: 30s?'],
    [{}, 'soon', '"soon" is not a duration; write a number with a unit, as in 500ms, 30s, 1h30m'],
    [{}, '-1s', '-1s is too short, at least 0s is needed'],
    [{ minimum: -Infinity }, '-1s', -1000],
    [{ minimum: 2000 }, '1999ms', '1999ms is too short, at least 2s is needed'],
    [{ minimum: 2000 }, '2s', 2000],
    [{ maximum: 60_000 }, '1m1ns', '1m1ns is too long, at most 1m0s is allowed'],
  ])('with bounds %j reads %j', (bounds, given, value) => {
    expect(outcome(duration(bounds), given)).toBe(value);
  });
});

test.each([
  [':8080', { host: '', port: 8080 }],
  ['localhost:9153', { host: 'localhost', port: 9153 }],
  ['127.0.0.1:0', { host: '127.0.0.1', port: 0 }],
  ['[::1]:8181', { host: '::1', port: 8181 }],
  ['[::]:65535', { host: '::', port: 65_535 }],
  ['8080', '"8080" is not an address with a port; write ":8080"'],
  ['127.0.0.1', '"127.0.0.1" is not an address with a port; write HOST:PORT, or :PORT for all addresses'],
  ['::1:8080', '"::1:8080" is not an address with a port; write HOST:PORT, or :PORT for all addresses'],
  ['localhost:http', '"localhost:http" is not an address with a port; write HOST:PORT, or :PORT for all addresses'],
  ['localhost:65536', '65536 is no port; ports go up to 65535'],
])('a host and port: %j', (given, value) => {
  expect(outcome(hostPort, given)).toEqual(value);
});

test.each([
  ['Example.ORG', 'Example.ORG.'],
  ['.', '.'],
  ['a..b', '"a..b" is not a domain name'],
])('a domain name: %j', (given, value) => {
  expect(String(outcome(domainName, given))).toBe(value);
});

test.each([
  ['Example.ORG', ['example.org.']],
  ['.', ['.']],
  ['10.0.0.0/8', ['10.in-addr.arpa.']],
  ['10.0.0.0/7', ['10.in-addr.arpa.', '11.in-addr.arpa.']],
  ['2001:db8::/32', ['8.b.d.0.1.0.0.2.ip6.arpa.']],
  ['dns://example.org:53', ['example.org.']],
])('zones: %j', (given, value) => {
  const names = zones.read(given);
  expect(names instanceof Complaint ? names.message : names.map(String)).toEqual(value);
});

test('what names no zone is refused', () => {
  expect(outcome(zones, 'a..b')).toBe('"a..b" is neither a zone nor an address block');
});
