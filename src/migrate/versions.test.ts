import { describe, expect, it } from 'vitest';
import { isVersion, LATEST, Span, VERSIONS } from './versions.ts';

describe('versions', () => {
  it('are in order, and the latest is the last', () => {
    const inOrder = VERSIONS.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }));
    expect(VERSIONS).toEqual(inOrder);
    expect(LATEST).toBe(VERSIONS.at(-1));
  });

  it.each([
    ['1.0.0', true],
    ['1.6.8', true],
    ['1.2.9', false],
    ['v1.2.0', false],
    ['', false],
  ])('%s', (text, known) => {
    expect(isVersion(text)).toBe(known);
  });
});

describe('a span', () => {
  const span = new Span('1.5.0', '1.10.0');

  it.each([
    ['1.4.0', true, false],
    ['1.5.0', true, false],
    ['1.5.1', true, true],
    ['1.9.4', true, true],
    ['1.10.0', true, true],
    ['1.10.1', false, false],
  ] as const)('%s', (version, reaches, crosses) => {
    expect([span.reaches(version), span.crosses(version)]).toEqual([reaches, crosses]);
  });

  it('may lead back', () => {
    expect(span.isBackward).toBe(false);
    expect(new Span('1.10.0', '1.9.4').isBackward).toBe(true);
    expect(new Span('1.9.4', '1.9.4').isBackward).toBe(false);
  });
});
