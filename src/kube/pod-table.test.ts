import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Address, toAddressKey } from './address.ts';
import { compareObjects } from './object-table.ts';
import { PodTable } from './pod-table.ts';
import { NO_LABELS, type Pod } from './resources.ts';

function pod(name: string, podIPs: readonly string[] = [], more: Partial<Pod> = {}): Pod {
  const meta = { namespace: 'shop', name, resourceVersion: '1', uid: 7, ...more };
  return {
    kind: 'Pod',
    labels: NO_LABELS,
    terminating: false,
    podIPs: podIPs.map((text) => new Address(text)),
    ...meta,
  };
}

/** All that can be seen of a pod. */
function seen(one: Pod | undefined): unknown {
  return one === undefined ? undefined : { ...one, podIPs: one.podIPs.map((address) => address.text) };
}

function names(table: PodTable, address: string): string[] {
  return table.byAddress(toAddressKey(address)).map((one) => `${one.namespace}/${one.name}`);
}

describe('PodTable', () => {
  it.each([
    ['an IPv4 address', pod('a', ['10.1.2.3'])],
    ['a high one', pod('a', ['255.255.255.255'])],
    ['an IPv6 address', pod('a', ['fd00::1'])],
    ['both', pod('a', ['10.1.2.3', 'fd00::1'])],
    ['both, IPv6 first', pod('a', ['fd00::1', '10.1.2.3'])],
    ['none yet', pod('a')],
    ['labels', pod('a', [], { labels: { app: 'web' } })],
    ['a version beyond 2^53', pod('a', [], { resourceVersion: '9007199254740993' })],
    ['a version that is no number', pod('a', [], { resourceVersion: 'x-01' })],
    ['a version with zeros', pod('a', [], { resourceVersion: '007' })],
    ['no version', pod('a', [], { resourceVersion: '' })],
    ['a long name in other letters', pod('ä€'.repeat(126))],
  ])('gives back a pod with %s', (_, given) => {
    const table = new PodTable();
    table.set(pod('other', ['10.9.9.9'], { labels: { app: 'other' } }));
    table.set(given);
    expect(seen(table.get('shop', given.name))).toEqual(seen(given));
    expect(table.holds('shop', given.name, given.resourceVersion)).toBe(true);
    expect(table.holds('shop', given.name, 'another')).toBe(false);
    for (const { text } of given.podIPs) expect(names(table, text)).toEqual([`shop/${given.name}`]);
  });

  it('finds a pod by both of its addresses, until they go to another', () => {
    const table = new PodTable();
    table.set(pod('a', ['10.0.0.1', 'fd00::1']));
    table.set(pod('b', ['10.0.0.2', 'fd00::2']));
    table.set(pod('a', ['10.0.0.3', 'fd00::3']));
    table.set(pod('c', ['10.0.0.1', 'fd00::1']));
    expect(['10.0.0.1', 'fd00::1', 'fd00:0::1'].map((address) => names(table, address))).toEqual([
      ['shop/c'],
      ['shop/c'],
      // Keys are canonical, and dashed names that are not have no answer.
      [],
    ]);
    table.delete('shop', 'c');
    expect(names(table, '10.0.0.1')).toEqual([]);
    expect(names(table, 'fd00::1')).toEqual([]);
    expect(names(table, 'fd00::3')).toEqual(['shop/a']);
  });

  it('gives the pods of a node in the order of their names', () => {
    const table = new PodTable();
    for (const name of ['c', 'a', 'b']) table.set(pod(name, ['192.0.2.1', '2001:db8::1']));
    table.set(pod('z', ['192.0.2.1'], { namespace: 'data' }));
    expect(names(table, '192.0.2.1')).toEqual(['data/z', 'shop/a', 'shop/b', 'shop/c']);
    expect(names(table, '2001:db8::1')).toEqual(['shop/a', 'shop/b', 'shop/c']);
  });

  it.each(['0.0.0.0', '::', '::ffff:0.0.0.0', 'db.example.com', ''])('finds nothing by %j', (address) => {
    const table = new PodTable();
    table.set(pod('a', [address]));
    expect(names(table, address)).toEqual([]);
    table.set(pod('a', ['fd00::1']));
    table.delete('shop', 'a');
    expect(names(table, 'fd00::1')).toEqual([]);
  });

  it('keeps handles as long as a pod is stored', () => {
    const table = new PodTable();
    table.set(pod('a'));
    table.set(pod('b'));
    const handle = table.handle('shop', 'a');
    table.set(pod('a', ['10.0.0.1']));
    expect(table.handle('shop', 'a')).toBe(handle);
    expect(table.except(new Set([handle])).map(({ name }) => name)).toEqual(['b']);
    expect(table.handle('shop', 'none')).toBeUndefined();
    expect(table.handle('none', 'a')).toBeUndefined();
  });

  const operation = fc.record({
    remove: fc.boolean(),
    namespace: fc.constantFrom('data', 'shop'),
    name: fc.integer({ min: 0, max: 150 }).map((n) => `pod-${n}`),
    podIPs: fc.subarray(['10.0.0.1', '10.0.0.2', 'fd00::1', 'fd00::2', '10.0.1.1'], { maxLength: 2 }),
    labels: fc.constantFrom<Pod['labels']>(NO_LABELS, { a: 'b' }),
    version: fc.integer({ min: 0, max: 9 }).map(String),
  });
  it('is a map, whatever comes and goes', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 600 }), (operations) => {
        const table = new PodTable();
        const map = new Map<string, Pod>();
        for (const { remove, namespace, name, podIPs, labels, version } of operations) {
          if (remove) {
            table.delete(namespace, name);
            map.delete(`${namespace}/${name}`);
            continue;
          }
          // At most one of a family, as the API has it.
          const texts = podIPs.filter(
            (text, i) => podIPs.findIndex((one) => one.includes(':') === text.includes(':')) === i,
          );
          const one = pod(name, texts, { namespace, labels, resourceVersion: version });
          table.set(one);
          map.set(`${namespace}/${name}`, one);
        }
        const all = [...map.values()].toSorted(compareObjects);
        expect(table.size).toBe(map.size);
        expect([...table.values()].toSorted(compareObjects).map(seen)).toEqual(all.map(seen));
        for (const address of ['10.0.0.1', '10.0.0.2', 'fd00::1', 'fd00::2', '10.0.1.1', '10.0.9.9']) {
          const having = all.filter(({ podIPs }) => podIPs.some(({ text }) => text === address));
          expect(names(table, address)).toEqual(having.map((one) => `${one.namespace}/${one.name}`));
        }
      }),
      { numRuns: 60 },
    );
  });
});
