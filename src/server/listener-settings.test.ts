import { expect, it } from 'vitest';
import { type BlockSettings, defaultSettings } from '../plugin-api/settings.ts';
import { joinSettings, type ListenerSettings } from './listener-settings.ts';

const HTTPS: ListenerSettings['https'] = {
  readTimeout: 3000,
  idleTimeout: 10_000,
  writeTimeout: 5000,
  maximumConnections: 200,
  maximumStreams: 250,
};
const LIMITS: ListenerSettings['limits'] = { readTimeout: 3000, idleTimeout: 10_000, maximumQueries: Infinity };

const tls: NonNullable<BlockSettings['tls']> = () => ({
  certificate: '',
  key: '',
  authorities: undefined,
  clientCertificates: 'ignored',
  logKeys: undefined,
});
const other: BlockSettings['tls'] = () => ({ ...tls(), key: 'other' });

it.each<[what: string, blocks: readonly Partial<BlockSettings>[], expected: Partial<ListenerSettings>]>([
  ['no blocks', [], {}],
  ['nothing set', [{}, {}], {}],
  ['another class in one of them', [{}, { anyClass: true }, {}], { anyClass: true }],
  ['stack traces in one of them', [{ stackTraces: true }, {}], { stackTraces: true }],
  ['debug shows stacks too', [{ debug: true }, {}], { stackTraces: true }],
  [
    'a limit in one of them',
    [{ readTimeout: 1000 }, {}],
    { limits: { ...LIMITS, readTimeout: 1000 }, https: { ...HTTPS, readTimeout: 1000 } },
  ],
  [
    'the last limit',
    [{ idleTimeout: 1 }, { idleTimeout: 2 }, {}],
    { limits: { ...LIMITS, idleTimeout: 2 }, https: { ...HTTPS, idleTimeout: 2 } },
  ],
  [
    'limits of several blocks',
    [{ maximumQueriesPerConnection: 5 }, { readTimeout: 7, writeTimeout: 8 }],
    {
      limits: { ...LIMITS, readTimeout: 7, maximumQueries: 5 },
      https: { ...HTTPS, readTimeout: 7, writeTimeout: 8 },
    },
  ],
  [
    'the first limits of https',
    [{}, { maximumHttpsConnections: 3 }, { maximumHttpsConnections: 4, maximumHttpsStreams: 5 }],
    { https: { ...HTTPS, maximumConnections: 3, maximumStreams: 5 } },
  ],
  ['the sockets of the first block', [{ sockets: 3 }, { sockets: 2 }], { sockets: 3 }],
  ['one socket, if the first block does not say', [{}, { sockets: 2 }], {}],
  ['the last certificate', [{ tls: other }, { tls }, {}], { tls }],
])('%s', (_what, blocks, expected) => {
  const joined = joinSettings(
    blocks.map((settings) => ({
      zones: [],
      instances: [],
      settings: { ...defaultSettings, ...settings },
      generations: [],
      chain: undefined,
    })),
  );
  expect(joined).toEqual({
    anyClass: false,
    stackTraces: false,
    limits: LIMITS,
    tls: undefined,
    https: HTTPS,
    sockets: 1,
    ...expected,
  });
});
