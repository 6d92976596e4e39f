import { describe, expect, it } from 'vitest';
import { DomainName } from '../dns/name.ts';
import { TYPE } from '../dns/types.ts';
import { defaultSettings } from '../plugin-api/settings.ts';
import { type Route, Routes } from './routes.ts';

/** A route for each zone, the block of each being its own. */
function routesOf(zones: readonly string[]): Routes {
  return new Routes(
    zones.map((text): Route => {
      const zone = DomainName.parse(text);
      return {
        zone,
        block: { zones: [zone], instances: [], generations: [], settings: defaultSettings, chain: undefined },
      };
    }),
  );
}

function find(zones: readonly string[], name: string, type: number): string | undefined {
  return routesOf(zones).find(DomainName.parse(name), type)?.zone.text;
}

describe('routes', () => {
  it.each<[zones: readonly string[], name: string, zone: string | undefined]>([
    [['example.org.', 'a.example.org.', '.'], 'x.a.example.org.', 'a.example.org.'],
    [['example.org.', 'a.example.org.', '.'], 'a.example.org.', 'a.example.org.'],
    [['example.org.', 'a.example.org.', '.'], 'b.example.org.', 'example.org.'],
    [['example.org.', 'a.example.org.', '.'], 'X.A.Example.ORG.', 'a.example.org.'],
    [['example.org.', '.'], 'notexample.org.', '.'],
    [['example.org.', '.'], 'example.com.', '.'],
    [['example.org.', '.'], '.', '.'],
    [['example.org.'], 'org.', undefined],
    [['example.org.'], '.', undefined],
    [[], 'example.org.', undefined],
    // A dot inside a label ends no label.
    [['b.test.', '.'], String.raw`a\.b.test.`, '.'],
    [['0.10.in-addr.arpa.', '10.in-addr.arpa.'], '1.2.0.10.in-addr.arpa.', '0.10.in-addr.arpa.'],
  ])('%j find %s in %s', (zones, name, zone) => {
    expect(find(zones, name, TYPE.A)).toBe(zone);
  });

  it.each<[zones: readonly string[], name: string, zone: string | undefined]>([
    [['org.', 'example.org.', 'a.example.org.', '.'], 'a.example.org.', 'org.'],
    [['example.org.', 'a.example.org.', '.'], 'x.a.example.org.', 'example.org.'],
    [['example.org.', '.'], 'example.org.', 'example.org.'],
    [['example.org.', '.'], 'example.com.', '.'],
    [['example.org.'], 'example.com.', undefined],
  ])('%j find the parent zone for DS of %s in %s', (zones, name, zone) => {
    expect(find(zones, name, TYPE.DS)).toBe(zone);
  });
});
