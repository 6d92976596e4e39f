import { describe, expect, it } from 'vitest';
import { DomainName } from '../dns/name.ts';
import { defaultSettings, type View } from '../plugin-api/settings.ts';
import { testQuery } from '../plugin-api/testing.ts';
import { type Route, Routes } from './routes.ts';

/** A route for each zone, the block of each being its own. */
function routesOf(zones: readonly string[]): Routes {
  return new Routes(zones.map((zone) => routeOf(zone)));
}

function routeOf(text: string, view?: View): Route {
  const zone = DomainName.parse(text);
  return {
    zone,
    block: { zones: [zone], instances: [], generations: [], settings: { ...defaultSettings, view }, chain: undefined },
  };
}

function find(zones: readonly string[], name: string, type: string): string | undefined {
  return routesOf(zones).find(testQuery({ name, type }))?.query.zone.text;
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
    expect(find(zones, name, 'A')).toBe(zone);
  });

  it.each<[zones: readonly string[], name: string, zone: string | undefined]>([
    [['org.', 'example.org.', 'a.example.org.', '.'], 'a.example.org.', 'org.'],
    [['example.org.', 'a.example.org.', '.'], 'x.a.example.org.', 'example.org.'],
    [['example.org.', '.'], 'example.org.', 'example.org.'],
    [['example.org.', '.'], 'example.com.', '.'],
    [['example.org.'], 'example.com.', undefined],
  ])('%j find the parent zone for DS of %s in %s', (zones, name, zone) => {
    expect(find(zones, name, 'DS')).toBe(zone);
  });
});

describe('blocks with views', () => {
  /** Routes by `ZONE` or `ZONE VIEW TYPE`, a view for queries of that type. */
  function findView(routes: readonly string[], name: string, type: string): string | undefined {
    const made = routes.map((text) => {
      const [zone = '.', view, wanted = ''] = text.split(' ');
      if (view === undefined) return routeOf(zone);
      return routeOf(zone, {
        name: view,
        admits: ({ question }) => question.type === testQuery({ name, type: wanted }).question.type,
      });
    });
    const entry = new Routes(made).find(testQuery({ name, type }));
    return entry && `${entry.query.zone.text} ${entry.query.view}`;
  }

  it.each<[routes: readonly string[], name: string, type: string, found: string | undefined]>([
    [['a.test a MX', 'a.test b TXT', 'a.test'], 'x.a.test', 'TXT', 'a.test. b'],
    [['a.test a TXT', 'a.test b TXT', 'a.test'], 'x.a.test', 'TXT', 'a.test. a'],
    [['a.test a MX', 'a.test b TXT', 'a.test'], 'x.a.test', 'A', 'a.test. '],
    // A block that lets everything in leaves nothing to those behind it.
    [['a.test', 'a.test b TXT'], 'x.a.test', 'TXT', 'a.test. '],
    // Nobody wants it in the longest zone.
    [['a.test a MX', 'test'], 'x.a.test', 'A', 'test. '],
    [['. root A', 'a.test a MX', '.'], 'x.a.test', 'A', '. root'],
    [['a.test a MX', '. root MX'], 'x.a.test', 'A', undefined],
    // The parent's blocks are asked first for DS, and the zone's own when none of them wants it.
    [['a.test', 'test a DS', 'test'], 'x.a.test', 'DS', 'test. a'],
    [['a.test', 'test a MX'], 'x.a.test', 'DS', 'a.test. '],
  ])('%j: %s %s is for %s', (routes, name, type, found) => {
    expect(findView(routes, name, type)).toBe(found);
  });
});
