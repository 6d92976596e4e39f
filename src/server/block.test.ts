import { describe, expect, it, vi } from 'vitest';
import { DomainName } from '../dns/name.ts';
import type { PluginInstance } from '../plugin-api/plugin.ts';
import { defaultSettings } from '../plugin-api/settings.ts';
import { testQuery } from '../plugin-api/testing.ts';
import { type Block, collectMetadata, enterBlock } from './block.ts';

const query = testQuery({ name: 'a.test' });

function blockOf(wanted: Block['settings']['metadata'], ...instances: readonly PluginInstance[]): Block {
  return {
    zones: [],
    generations: [],
    instances: instances.map((instance, i) => ({ name: `plugin${i}`, instance })),
    settings: { ...defaultSettings, metadata: wanted },
    chain: undefined,
  };
}

describe('metadata', () => {
  it('is not collected where nobody wants it', () => {
    const describeIt = vi.fn();
    expect(collectMetadata(blockOf(undefined, { describe: describeIt }), query)).toBe(query);
    expect(describeIt).not.toHaveBeenCalled();
  });

  it('comes from every plugin that has something to say', () => {
    const labelled = collectMetadata(
      blockOf(
        () => true,
        { describe: ({ question }, metadata) => void metadata.set('one/name', () => question.name.text) },
        {},
        { describe: (_query, metadata) => void metadata.set('two/fix', () => 'x') },
      ),
      query,
    );
    expect([...(labelled.metadata ?? [])].map(([label, value]) => [label, value()])).toEqual([
      ['one/name', 'a.test.'],
      ['two/fix', 'x'],
    ]);
    expect(query.metadata).toBeUndefined();
  });

  it('of names that nobody asked for is what plugins set later', () => {
    const describeIt = vi.fn();
    const labelled = collectMetadata(
      blockOf(({ question }) => question.name.text === 'b.test.', { describe: describeIt }),
      query,
    );
    expect(describeIt).not.toHaveBeenCalled();
    expect(labelled.metadata).toEqual(new Map());
  });
});

describe('a query that enters a block', () => {
  const zone = DomainName.parse('test');

  it('has the zone, and no view where there is none', () => {
    expect(enterBlock(blockOf(undefined), zone, { ...query, view: 'another' })).toEqual({ ...query, zone, view: '' });
  });

  it('has the labels that its view may ask for', () => {
    const block = blockOf(() => true, { describe: (_query, metadata) => void metadata.set('one/word', () => 'yes') });
    const lets = (word: string): ReturnType<typeof enterBlock> =>
      enterBlock(
        {
          ...block,
          settings: {
            ...block.settings,
            view: { name: 'one', admits: ({ metadata }) => metadata?.get('one/word')?.() === word },
          },
        },
        zone,
        query,
      );
    expect(lets('yes')).toMatchObject({ zone, view: 'one' });
    expect(lets('no')).toBeUndefined();
  });
});
