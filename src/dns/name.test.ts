import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DomainName, NameSyntaxError } from './name.ts';
import { anyName } from './testing.ts';

const name = (text: string): DomainName => DomainName.parse(text);

describe('parse and text', () => {
  it.each([
    ['.', '.', '00'],
    ['example.org', 'example.org.', '076578616d706c65036f726700'],
    ['Example.ORG.', 'Example.ORG.', '074578616d706c65034f524700'],
    ['a\\.b.c', 'a\\.b.c.', '03612e62016300'],
    ['\\097\\032\\255', 'a\\032\\255.', '036120ff00'],
    ['\\$\\@\\"', '\\$\\@\\".', '0324402200'],
    ['*.w', '*.w.', '012a017700'],
    ['_http._tcp', '_http._tcp.', '055f68747470045f74637000'],
    ['é', '\\195\\169.', '02c3a900'],
  ])('%s', (text, printed, hex) => {
    expect(name(text).text).toBe(printed);
    expect(Buffer.from(name(text).wire).toString('hex')).toBe(hex);
    expect(String(name(printed))).toBe(printed);
  });

  it.each([
    ['', 0],
    ['a..b', 2],
    ['.a', 0],
    ['..', 0],
    ['a.b..', 4],
    [`${'a'.repeat(64)}.b`, 64],
    ['ab\\', 2],
    ['ab\\25', 2],
    ['ab\\256', 2],
    [`${'a'.repeat(62)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}`, 254],
  ])('no name: %s', (text, position) => {
    expect(() => name(text)).toThrow(NameSyntaxError);
    expect(() => name(text)).toThrow(expect.objectContaining({ position }));
    expect(DomainName.tryParse(text)).toBeUndefined();
  });

  it('takes 255 octets', () => {
    const text = `${'a'.repeat(61)}.${'b'.repeat(63)}.${'c'.repeat(63)}.${'d'.repeat(63)}.`;
    expect(name(text).wire.length).toBe(255);
    expect(name(text).text).toBe(text);
  });
});

describe('structure', () => {
  it('labels', () => {
    expect(name('www.a\\.b.org').labels()).toEqual(['www', 'a\\.b', 'org']);
    expect(name('www.a\\.b.org').labelCount).toBe(3);
    expect(DomainName.root.labels()).toEqual([]);
    expect(DomainName.root.labelCount).toBe(0);
    expect(DomainName.root.isRoot).toBe(true);
    expect(name('org').isRoot).toBe(false);
  });

  it.each([
    ['www.example.org', 0, 'www.example.org.'],
    ['www.example.org', 1, 'example.org.'],
    ['www.example.org', 3, '.'],
    ['www.example.org', 9, '.'],
  ])('ancestor of %s, %i up', (text, count, ancestor) => expect(name(text).ancestor(count).text).toBe(ancestor));

  it.each([
    ['example.org', 'example.org', true],
    ['WWW.Example.org', 'example.ORG', true],
    ['www.example.org', '.', true],
    ['example.org', 'www.example.org', false],
    ['badexample.org', 'example.org', false],
    // The octets of the one end like the other, but not at a label.
    ['a\\007example\\003org', 'example.org', false],
  ])('is %s within %s: %s', (text, zone, within) => expect(name(text).isWithin(name(zone))).toBe(within));

  it.each([
    ['a', 'A', true],
    ['[', '{', false],
    ['@', '`', false],
    ['\\192', '\\224', false],
    ['ab', 'ac', false],
    ['a.b', 'a\\001b', false],
  ])('%s equals %s: %s', (a, b, equal) => {
    expect(name(a).equals(name(b))).toBe(equal);
    expect(name(a).canonical === name(b).canonical).toBe(equal);
    expect(Buffer.from(name(a).toLowerCase().wire).equals(name(b).toLowerCase().wire)).toBe(equal);
  });

  it('prepends', () => {
    expect(name('example.org').prepend('a.b').text).toBe('a.b.example.org.');
    expect(name('org').prepend('.').text).toBe('org.');
    expect(() => name('a.'.repeat(127)).prepend('b')).toThrow(NameSyntaxError);
  });

  it('toLowerCase makes no copy of what is in lower case', () => {
    const lower = name('example.org');
    expect(lower.toLowerCase()).toBe(lower);
  });
});

it('text and parse are inverse', () => {
  fc.assert(
    fc.property(anyName, (any) => {
      expect(name(any.text).wire).toEqual(any.wire);
      expect(name(any.canonical).equals(any)).toBe(true);
      expect(any.toLowerCase().text).toBe(any.canonical);
      expect(any.isWithin(any.ancestor())).toBe(true);
    }),
  );
});
