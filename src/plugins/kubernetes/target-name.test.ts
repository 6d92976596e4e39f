import { expect, test } from 'vitest';
import { DomainName } from '../../dns/name.ts';
import { nameBelow } from './target-name.ts';

const ZONE = DomainName.parse('Cluster.local');
const LONG = 'x'.repeat(63);

test.each<readonly [readonly string[], string | undefined]>([
  [['web', 'shop', 'svc'], 'web.shop.svc.Cluster.local.'],
  [[], 'Cluster.local.'],
  [['', 'shop'], undefined],
  [['a.b', 'shop'], undefined],
  [[`${LONG}x`], undefined],
  [[LONG, LONG, LONG], `${LONG}.${LONG}.${LONG}.Cluster.local.`],
  [[LONG, LONG, LONG, LONG], undefined],
])('%j', (labels, text) => {
  expect(nameBelow(labels, ZONE)?.text).toBe(text);
});
