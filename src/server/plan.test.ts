import { describe, expect, it } from 'vitest';
import { parseCorefile } from '../corefile/parse.ts';
import { type BlockPlan, planBlocks, type PlanSettings } from './plan.ts';
import { testOptions } from './testing.ts';

/** Plans of the blocks and what was reported, as `LINE:COLUMN code`. */
function plan(
  text: string,
  settings: Partial<PlanSettings> = {},
): { readonly blocks: readonly BlockPlan[]; readonly reported: readonly string[] } {
  const { imports } = testOptions({ text }).options;
  const { corefile, problems } = parseCorefile(text, { file: 'Corefile', environment: {}, imports });
  expect(problems).toEqual([]);
  const reported: string[] = [];
  const blocks = planBlocks(corefile, { defaultPort: 53, ...settings }, ({ code, place, severity }) => {
    reported.push(`${place.line}:${place.column} ${severity ?? 'error'} ${code}`);
  });
  return { blocks, reported };
}

/** Keys as `scheme://zone,zone:port`. */
function keysOf(block: BlockPlan | undefined): string[] {
  return (block?.keys ?? []).map(
    ({ key, port, zones }) => `${key.transport}://${zones.map((zone) => zone.text).join(',')}:${port}`,
  );
}

describe('the keys of a block', () => {
  it.each<[key: string, expected: readonly string[]]>([
    ['.', ['dns://.:53']],
    ['.:1053', ['dns://.:1053']],
    ['Example.ORG', ['dns://example.org.:53']],
    ['example.org.:0', ['dns://example.org.:0']],
    ['example.org:65535', ['dns://example.org.:65535']],
    ['tls://.', ['tls://.:853']],
    ['https://.', ['https://.:443']],
    ['unix:///run/dns.sock', ['unix:///run/dns.sock.:0']],
    ['a.test b.test:54', ['dns://a.test.:53', 'dns://b.test.:54']],
    ['10.0.0.0/8', ['dns://10.in-addr.arpa.:53']],
    ['10.1.0.0/16:1053', ['dns://1.10.in-addr.arpa.:1053']],
    ['172.16.0.0/15', ['dns://16.172.in-addr.arpa.,17.172.in-addr.arpa.:53']],
    ['2001:db8::/32', ['dns://8.b.d.0.1.0.0.2.ip6.arpa.:53']],
  ])('%s', (key, expected) => {
    expect(keysOf(plan(`${key} {\n}\n`).blocks[0])).toEqual(expected);
  });

  it('are the zones of the block', () => {
    const [block] = plan('example.org 172.16.0.0/15 {\n}\n').blocks;
    expect(block?.zones.map((zone) => zone.text)).toEqual([
      'example.org.',
      '16.172.in-addr.arpa.',
      '17.172.in-addr.arpa.',
    ]);
  });

  it('get the default port of the command line, for plain DNS alone', () => {
    const { blocks } = plan('.  tls://. {\n}\n', { defaultPort: 1053 });
    expect(keysOf(blocks[0])).toEqual(['dns://.:1053', 'tls://.:853']);
  });

  it('listen where ports are mapped to', () => {
    expect(keysOf(plan('. a.test:54 {\n}\n', { mapPort: (port) => (port === 53 ? 1053 : port) }).blocks[0])).toEqual([
      'dns://.:1053',
      'dns://a.test.:54',
    ]);
  });

  it.each<[text: string, settings: Partial<PlanSettings>, reported: readonly string[], keys: readonly string[]]>([
    ['.:65536 {\n}', {}, ['1:1 error corefile/key-port'], []],
    ['good.test a..test {\n}', {}, ['1:11 error corefile/key-zone'], ['dns://good.test.:53']],
    ['. {\n}\nx.test:99999 y.test {\n}', {}, ['3:1 error corefile/key-port'], ['dns://.:53']],
    ['. {\n}', { defaultPort: 70_000 }, ['1:1 error server/port'], []],
    ['a_b.test {\n}', {}, ['1:1 warning corefile/key-style'], ['dns://a_b.test.:53']],
    ['127.0.0.1 {\n}', {}, ['1:1 warning corefile/key-address'], ['dns://127.0.0.1.:53']],
  ])('%j: bad ones are reported and left out', (text, settings, reported, keys) => {
    const { blocks, reported: found } = plan(`${text}\n`, settings);
    expect(found).toEqual(reported);
    expect(keysOf(blocks[0])).toEqual(keys);
  });
});

it('directives keep the order of the file', () => {
  const [block] = plan('. {\n say b\n bind 127.0.0.1\n say a\n}\n').blocks;
  expect(block?.directives.map(({ name, arguments: [first] }) => `${name.text} ${first?.text}`)).toEqual([
    'say b',
    'bind 127.0.0.1',
    'say a',
  ]);
});
