import { describe, expect, test } from 'vitest';
import { DomainName } from '../dns/name.ts';
import { definePlugin } from './plugin.ts';
import { fallsThrough, fallthroughOption, longestZone } from './fallthrough.ts';
import { none } from './options.ts';
import { setUp } from './testing.ts';

const NAMES = ['a.example.org', 'example.org', 'org', 'notexample.org', '4.3.2.10.in-addr.arpa'];

describe('fallthrough', () => {
  test.each([
    ['', []],
    ['fallthrough', NAMES],
    ['fallthrough .', NAMES],
    ['fallthrough example.org', ['a.example.org', 'example.org']],
    ['fallthrough Example.ORG. 10.0.0.0/8', ['a.example.org', 'example.org', '4.3.2.10.in-addr.arpa']],
    ['fallthrough org\nfallthrough example.org', ['a.example.org', 'example.org']],
  ])('%j lets pass %j', (line, expected) => {
    let passing: string[] = [];
    const plugin = definePlugin({
      name: 'demo',
      summary: '',
      reads: 'question',
      repeatable: false,
      parameters: none(),
      options: { fallthrough: fallthroughOption },
      setup([{ options }]) {
        passing = NAMES.filter((name) => fallsThrough(options.fallthrough, DomainName.parse(name)));
        return {};
      },
    });
    setUp(plugin, line === '' ? 'demo' : `demo {\n${line}\n}`);
    expect(passing).toEqual(expected);
  });
});

describe('the longest zone', () => {
  const zones = ['org', 'a.b.example.org', '.', 'example.org'].map((zone) => DomainName.parse(zone));

  test.each([
    ['www.example.org', 'example.org.'],
    ['EXAMPLE.org', 'example.org.'],
    ['b.example.org', 'example.org.'],
    ['x.a.b.example.org', 'a.b.example.org.'],
    ['notexample.org', 'org.'],
    ['example.net', '.'],
  ])('of %s is %s', (name, zone) => {
    expect(longestZone(zones, DomainName.parse(name))?.text).toBe(zone);
  });

  test('is none outside all of them', () => {
    expect(longestZone(zones.slice(0, 2), DomainName.parse('example.net'))).toBeUndefined();
    expect(longestZone([], DomainName.parse('example.net'))).toBeUndefined();
  });
});
