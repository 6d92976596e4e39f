import { describe, expect, it } from 'vitest';
import { DomainName } from './name.ts';
import { parseDuration, quote, RecordSyntaxError, TokenCursor, tokenize, unescape } from './tokens.ts';

const entries = (text: string): string[][] =>
  [...tokenize(text)].map(({ tokens, indented }) => [
    ...(indented ? ['>'] : []),
    ...tokens.map((token) => (token.quoted ? `«${token.text}»` : token.text)),
  ]);

const cursor = (text: string, origin = 'example.org'): TokenCursor => {
  const [entry = { tokens: [], indented: false, end: 0 }] = tokenize(text);
  return new TokenCursor(entry, DomainName.parse(origin));
};

const token = (text: string): { text: string; quoted: boolean; position: number } => ({
  text,
  quoted: true,
  position: 5,
});

describe('tokenize', () => {
  it.each([
    ['', []],
    ['\n\n ; nothing\n', []],
    ['a b\nc', [['a', 'b'], ['c']]],
    ['a\r\nb', [['a'], ['b']]],
    ['a ; comment ) "\nb', [['a'], ['b']]],
    [' a\n\tb\nc', [['>', 'a'], ['>', 'b'], ['c']]],
    ['a ( b\n c ; comment\n\n d ) e\nf', [['a', 'b', 'c', 'd', 'e'], ['f']]],
    ['a(b)c', [['a', 'b', 'c']]],
    ['a "b c" ""', [['a', '«b c»', '«»']]],
    ['"a;(\\"b" c', [['«a;(\\"b»', 'c']]],
    ['"two\nlines"', [['«two\nlines»']]],
    ['a\\ b\\;c\\"d \\\\ e', [['a\\ b\\;c\\"d', '\\\\', 'e']]],
    ['alpn="h2,h 3" port=1', [['alpn="h2,h 3"', 'port=1']]],
    ['$TTL 5', [['$TTL', '5']]],
  ])('%j', (text, expected) => expect(entries(text)).toEqual(expected));

  it.each([
    ['a "b', 2],
    ['a "b\\"', 2],
    ['a (b', 2],
    ['a ( (', 4],
    ['a )', 2],
  ])('refuses %j', (text, position) => {
    expect(() => entries(text)).toThrow(RecordSyntaxError);
    expect(() => entries(text)).toThrow(expect.objectContaining({ position }));
  });
});

describe('cursor', () => {
  it('takes tokens', () => {
    const tokens = cursor('7 1h30m www @ a. b\\. "x\\065\\"" AQ ID');
    expect(tokens.integer('number', 9)).toBe(7);
    expect(tokens.duration('time')).toBe(5400);
    expect(tokens.name('name').text).toBe('www.example.org.');
    expect(tokens.name('name').text).toBe('example.org.');
    expect(tokens.name('name').text).toBe('a.');
    expect(tokens.name('name').text).toBe('b\\..example.org.');
    expect(tokens.octetString('text')).toBe('xA"');
    expect(tokens.rest('data').text).toBe('AQID');
    expect(tokens.done).toBe(true);
    tokens.expectEnd();
  });

  it.each([
    ['', (tokens: TokenCursor) => tokens.next('field'), 'field is missing', 0],
    ['a', (tokens: TokenCursor) => tokens.integer('field', 9), 'field is no number from 0 to 9: a', 0],
    ['10', (tokens: TokenCursor) => tokens.integer('field', 9), 'field is no number from 0 to 9: 10', 0],
    ['1x', (tokens: TokenCursor) => tokens.duration('field'), 'field is no time such as 3600 or 1h: 1x', 0],
    ['a..b', (tokens: TokenCursor) => tokens.name('field'), 'field is no name: a label is empty', 0],
    ['a', (tokens: TokenCursor) => tokens.expectEnd(), 'more than the record needs: a', 0],
  ])('refuses "%s"', (text, take, message, position) => {
    expect(() => take(cursor(text))).toThrow(expect.objectContaining({ message, position }));
  });
});

it.each([
  ['0', 0],
  ['3600', 3600],
  ['1h30m', 5400],
  ['1W2D', 777_600],
  ['1m5', 65],
  ['4294967295', 4_294_967_295],
  ['4294967296', undefined],
  ['', undefined],
  ['h', undefined],
  ['1y', undefined],
  ['-1', undefined],
])('duration "%s"', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

describe('octet strings', () => {
  it.each([
    ['plain', 'plain'],
    ['a\\"b\\\\c\\.d', 'a"b\\c.d'],
    ['\\000\\255\\0651', '\0ÿA1'],
    ['é', 'Ã©'],
    ['\\é', 'Ã©'],
  ])('unescape %s', (text, octets) => expect(unescape(token(text))).toBe(octets));

  it.each(['\\256', '\\25', '\\2x5', 'a\\'])('refuses %s', (text) => {
    expect(() => unescape(token(text))).toThrow(expect.objectContaining({ position: 5 }));
  });

  it.each([
    ['', '""'],
    ['a b;c(', '"a b;c("'],
    ['"\\', '"\\"\\\\"'],
    ['\0\u007fÿ', '"\\000\\127\\255"'],
  ])('quote %j', (octets, text) => {
    expect(quote(octets)).toBe(text);
    expect(unescape(token(text.slice(1, -1)))).toBe(octets);
  });
});
