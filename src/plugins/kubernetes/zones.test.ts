import { describe, expect, test } from 'vitest';
import { printRecord } from '../../dns/presentation.ts';
import { testCluster } from './testing/ask.ts';

/** A question, and the lines of the reply as TestCluster.show gives them. */
type Row = readonly [question: string, ...lines: string[]];

const insecure = testCluster('kubernetes cluster.local in-addr.arpa ip6.arpa {\n pods insecure\n}');

describe('letter case', () => {
  test.each<Row>([
    ['wEb.sHoP.SvC.ClUsTeR.lOcAl A', 'NOERROR', 'an wEb.sHoP.SvC.ClUsTeR.lOcAl. 5 A 10.96.0.20'],
    [
      '_HTTP._Tcp.web.shop.svc.Cluster.Local SRV',
      'NOERROR',
      'an _HTTP._Tcp.web.shop.svc.Cluster.Local. 5 SRV 0 100 80 web.shop.svc.Cluster.Local.',
      'ad web.shop.svc.Cluster.Local. 5 A 10.96.0.20',
    ],
    ['NOPE.shop.svc.Cluster.Local A', 'NXDOMAIN', 'au Cluster.Local. 5 SOA'],
    ['DNS-Version.Cluster.Local TXT', 'NOERROR', 'an DNS-Version.Cluster.Local. 28800 TXT "1.1.0"'],
    ['20.0.96.10.IN-ADDR.arpa PTR', 'NOERROR', 'an 20.0.96.10.IN-ADDR.arpa. 5 PTR web.shop.svc.cluster.local.'],
  ])('%s', async (question, ...lines) => {
    expect(await insecure.show(question)).toEqual(lines);
  });
});

test('the SOA', async () => {
  const reply = await insecure.ask('Cluster.local SOA');
  expect(reply?.answers.map(printRecord)).toEqual([
    'Cluster.local. 5 IN SOA ns.dns.Cluster.local. hostmaster.Cluster.local. 1700000000 7200 1800 86400 5',
  ]);
});
